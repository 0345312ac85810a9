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

/** Sums over vectors, and a matrix's rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VectorBenchmark {

    private static final int ROWS = 128;

    @Param({"140000", "668000"})
    public int length;

    private Engine engine;
    private Buffer x;
    private Buffer y;
    private Buffer row;

    @Setup
    public void allocate() {
        engine = Engines.create("cpu");
        x = Fill.uniform(engine, length);
        y = Fill.uniform(engine, length);
        row = Fill.uniform(engine, length / ROWS);
    }

    @Benchmark
    public double norm() {
        return engine.norm(x);
    }

    @Benchmark
    public double sumOfSquares() {
        return engine.sumOfSquares(x);
    }

    @Benchmark
    public double dot() {
        return engine.dot(x, y);
    }

    @Benchmark
    public void sumRows() {
        engine.sumRows(ROWS, length / ROWS, x, row);
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
