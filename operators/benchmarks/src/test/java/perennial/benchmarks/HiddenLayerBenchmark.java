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
import perennial.learning.engine.HiddenShape;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

/** Layer norm with scale and offset, and ReLU. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HiddenLayerBenchmark {

    /** Batch, positions, channels. */
    @Param({"128x1x512", "32x64x16", "32x1x128"})
    public String layer;

    private Engine engine;
    private HiddenShape shape;
    private int batch;
    private Buffer linear;
    private Buffer scale;
    private Buffer offset;
    private Buffer normalised;
    private Buffer inverseDeviations;
    private Buffer output;
    private Buffer outputGradient;
    private Buffer scaleGradient;
    private Buffer offsetGradient;
    private Buffer linearGradient;

    @Setup
    public void allocate() {
        String[] sizes = layer.split("x");
        batch = Integer.parseInt(sizes[0]);
        int channels = Integer.parseInt(sizes[2]);
        shape = new HiddenShape(
                Integer.parseInt(sizes[1]), channels, Normalisation.LAYER_NORM, 1e-5f, Activation.RELU, 0);
        engine = Engines.create("cpu");
        linear = Fill.uniform(engine, batch * shape.size());
        scale = Fill.uniform(engine, channels);
        offset = Fill.uniform(engine, channels);
        normalised = engine.allocate(linear.length());
        inverseDeviations = engine.allocate(batch);
        output = engine.allocate(linear.length());
        outputGradient = Fill.uniform(engine, linear.length());
        scaleGradient = engine.allocate(channels);
        offsetGradient = engine.allocate(channels);
        linearGradient = engine.allocate(linear.length());
        forward();
    }

    @Benchmark
    public void forward() {
        engine.activate(shape, batch, linear, scale, offset, normalised, inverseDeviations, output);
    }

    @Benchmark
    public void backward() {
        engine.activateBackward(
                shape,
                batch,
                scale,
                normalised,
                inverseDeviations,
                output,
                outputGradient,
                scaleGradient,
                offsetGradient,
                linearGradient);
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
