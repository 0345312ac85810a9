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

/** Products of the shapes that a dense layer asks for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProductBenchmark {

    /** Rows (the batch), inputs, outputs. */
    @Param({"1x1024x128", "32x1024x128", "128x784x512", "128x512x512", "32x3136x512"})
    public String layer;

    private Engine engine;
    private int rows;
    private int inputs;
    private int outputs;
    private Buffer input;
    private Buffer weight;
    private Buffer output;

    @Setup
    public void allocate() {
        String[] sizes = layer.split("x");
        rows = Integer.parseInt(sizes[0]);
        inputs = Integer.parseInt(sizes[1]);
        outputs = Integer.parseInt(sizes[2]);
        engine = Engines.create("cpu");
        input = Fill.uniform(engine, rows * inputs);
        weight = Fill.uniform(engine, outputs * inputs);
        output = Fill.uniform(engine, rows * outputs);
    }

    @Benchmark
    public void forward() {
        engine.matrixProduct(false, true, rows, outputs, inputs, 1, input, weight, 0, output);
    }

    @Benchmark
    public void weightGradient() {
        engine.matrixProduct(true, false, outputs, inputs, rows, 1, output, input, 0, weight);
    }

    @Benchmark
    public void inputGradient() {
        engine.matrixProduct(false, false, rows, inputs, outputs, 1, output, weight, 0, input);
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
