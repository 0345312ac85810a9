package perennial.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;

/** One step of Adam. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OptimiserBenchmark {

    @Param({"140000", "668000", "1700000"})
    public int weights;

    private Engine engine;
    private Buffer values;
    private Buffer gradient;
    private Buffer first;
    private Buffer second;
    private long step;

    @Setup
    public void allocate() {
        engine = Engines.create("cpu");
        values = Fill.uniform(engine, weights);
        gradient = Fill.uniform(engine, weights);
        first = engine.allocate(weights);
        second = engine.allocate(weights);
    }

    @Benchmark
    public void adam() {
        engine.adamStep(values, gradient, first, second, ++step, 1e-4, 0.9, 0.999, 1e-8, 0);
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
