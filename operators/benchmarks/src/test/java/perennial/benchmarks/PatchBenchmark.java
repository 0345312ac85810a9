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
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;

/** Images to patches and back, and the convolutions that they are made for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PatchBenchmark {

    private static final int BATCH = 32;

    /** Input channels, side, output channels, kernel, stride. */
    @Param({"4x10x16x3x1", "4x84x32x8x4", "32x20x64x4x2", "64x9x64x3x1"})
    public String convolution;

    private Engine engine;
    private ConvolutionGeometry geometry;
    private Buffer images;
    private Buffer weight;
    private Buffer patches;
    private Buffer output;

    @Setup
    public void allocate() {
        String[] sizes = convolution.split("x");
        int side = Integer.parseInt(sizes[1]);
        geometry = new ConvolutionGeometry(
                Integer.parseInt(sizes[0]),
                side,
                side,
                Integer.parseInt(sizes[2]),
                Integer.parseInt(sizes[3]),
                Integer.parseInt(sizes[4]),
                0);
        engine = Engines.create("cpu");
        images = Fill.uniform(engine, BATCH * geometry.inputSize());
        weight = Fill.uniform(engine, geometry.weightSize());
        patches = Fill.uniform(engine, BATCH * geometry.patchesSize());
        output = Fill.uniform(engine, BATCH * geometry.outputSize());
    }

    @Benchmark
    public void imagesToPatches() {
        engine.imagesToPatches(geometry, BATCH, images, patches);
    }

    @Benchmark
    public void patchesToImages() {
        engine.patchesToImages(geometry, BATCH, patches, images);
    }

    @Benchmark
    public void convolve() {
        engine.convolve(geometry, BATCH, 1, images, weight, patches, output);
    }

    @Benchmark
    public void convolveWeightGradient() {
        engine.convolveWeightGradient(geometry, BATCH, 1, images, output, patches, weight);
    }

    @Benchmark
    public void convolveBackward() {
        engine.convolveBackward(geometry, BATCH, 1, output, weight, patches, images);
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
