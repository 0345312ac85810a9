package perennial.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

class CpuEngineTest extends EngineContract {

    @Override
    Engine create() {
        return new CpuEngine();
    }

    @Test
    void shouldAllocateNothingInSteadyState() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<String, Long> allocated = new LinkedHashMap<>();

        operations().forEach((name, operation) -> {
            for (int i = 0; i < 50; i++) {
                operation.run();
            }
            // The least of several rounds: the first may still meet a class or a compilation for the first time.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 20; i++) {
                    operation.run();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            allocated.put(name, least);
        });

        assertThat(allocated.values()).as(allocated.toString()).containsOnly(0L);
    }

    private Map<String, Runnable> operations() {
        int batch = 8;
        int size = 96;
        Buffer parameters = gaussian(2 * size * size);
        Buffer weight = parameters.view(7, size * size);
        Buffer other = parameters.view(size * size, size * size);
        Buffer gradient = gaussian(2 * size * size);
        Buffer first = gaussian(2 * size * size);
        Buffer second = engine.allocate(2 * size * size);
        Buffer x = gaussian(batch * size);
        Buffer y = gaussian(batch * size);
        Buffer wide = gaussian(2 * batch * size);
        Buffer wideGradient = gaussian(2 * batch * size);
        Buffer back = gaussian(batch * size);
        Buffer normalised = gaussian(batch * size);
        Buffer inverse = gaussian(batch);
        Buffer scale = gaussian(size);
        Buffer offset = gaussian(size);
        ConvolutionGeometry geometry = new ConvolutionGeometry(2, 5, 6, 3, 3, 1, 1);
        Buffer images = gaussian(batch * geometry.inputSize());
        Buffer patches = gaussian(batch * geometry.positions() * geometry.patchSize());
        int[] labels = new int[batch];
        float[] outside = new float[size];
        Map<String, Runnable> operations = new LinkedHashMap<>();
        operations.put("read and write", () -> {
            x.read(3, outside, 0, 5);
            x.write(4, outside, 0, 5);
        });
        operations.put("fill", () -> engine.fill(x, 0.5f));
        operations.put("copy", () -> engine.copy(x, y));
        operations.put("scale", () -> engine.scale(parameters, 0.99f));
        operations.put("addScaled", () -> engine.addScaled(x, 0.1f, y));
        operations.put("decayTowards", () -> engine.decayTowards(scale, 0.9f, 1));
        operations.put("sumOfSquares", () -> engine.sumOfSquares(parameters));
        operations.put("norm", () -> engine.norm(parameters));
        operations.put("dot", () -> engine.dot(x, y));
        operations.put("matrixProduct", () -> {
            engine.matrixProduct(false, false, batch, size, size, 1, x, weight, 0, y);
            engine.matrixProduct(true, false, size, size, batch, 1, x, y, 1, other);
            engine.scale(parameters, 0.5f);
        });
        operations.put(
                "tiled matrixProduct",
                () -> engine.matrixProduct(true, false, 2 * size, 64, size, 1, first, second, 0, gradient));
        operations.put("small matrixProduct", () -> engine.matrixProduct(false, true, 2, 3, 4, 1, x, weight, 1, y));
        operations.put("addToRows", () -> engine.addToRows(batch, size, scale, y));
        operations.put("sumRows", () -> engine.sumRows(batch, size, y, offset));
        operations.put("toChannelsLast", () -> engine.toChannelsLast(batch, 4, size / 4, x, y));
        operations.put("imagesToPatches", () -> engine.imagesToPatches(geometry, batch, images, patches));
        operations.put("patchesToImages", () -> engine.patchesToImages(geometry, batch, patches, images));
        Buffer features = gaussian(batch * geometry.outputSize());
        Buffer kernels = gaussian(geometry.weightSize());
        operations.put("convolve", () -> {
            engine.convolve(geometry, batch, 1, images, kernels, patches, features);
            engine.convolveWeightGradient(geometry, batch, 1, images, features, patches, kernels);
            engine.scale(kernels, 0.01f);
            engine.convolveBackward(geometry, batch, 1, features, kernels, patches, images);
            engine.scale(images, 0.01f);
        });
        // So large that its images are taken one at a time.
        ConvolutionGeometry large = new ConvolutionGeometry(3, 40, 41, 5, 8, 1, 0);
        Buffer largeImages = gaussian(2 * large.inputSize());
        Buffer largePatches = gaussian(engine.convolutionScratch(large, 2));
        Buffer largeFeatures = gaussian(2 * large.outputSize());
        Buffer largeKernels = gaussian(large.weightSize());
        operations.put("convolve in groups", () -> {
            engine.convolve(large, 2, 1, largeImages, largeKernels, largePatches, largeFeatures);
            engine.convolveWeightGradient(large, 2, 1, largeImages, largeFeatures, largePatches, largeKernels);
            engine.scale(largeKernels, 1e-6f);
        });
        for (Normalisation normalisation : Normalisation.values()) {
            for (Activation activation : Activation.values()) {
                HiddenShape shape = new HiddenShape(4, size / 4, normalisation, 1e-5f, activation, 0.1f);
                Buffer usedScale = normalisation == Normalisation.NONE ? null : scale;
                Buffer scaleGradient = normalisation == Normalisation.NONE ? null : gradient;
                operations.put("activate " + shape, () -> {
                    engine.activate(shape, batch, x, usedScale, offset, normalised, inverse, wide);
                    engine.activateBackward(
                            shape,
                            batch,
                            usedScale,
                            normalised,
                            inverse,
                            wide,
                            wideGradient,
                            scaleGradient,
                            first,
                            back);
                });
            }
        }
        operations.put("unitActivity", () -> engine.unitActivity(batch, 4, size / 4, x, scale, offset));
        operations.put("softmaxCrossEntropy", () -> engine.softmaxCrossEntropy(batch, size, x, labels, y));
        operations.put("meanSquaredError", () -> engine.meanSquaredError(batch, size, x, y, back));
        operations.put("momentumStep", () -> engine.momentumStep(parameters, gradient, first, 0.01f, 0.9f, true));
        operations.put(
                "adamStep", () -> engine.adamStep(parameters, gradient, first, second, 5, 0.01, 0.9, 0.999, 1e-8, 0.1));
        operations.put("rmsPropStep", () -> {
            engine.rmsPropStep(parameters, gradient, second, null, 0.01f, 0.9f, 1e-8f);
            engine.rmsPropStep(parameters, gradient, second, first, 0.01f, 0.9f, 1e-8f);
        });
        return operations;
    }

    @Test
    void shouldComputeTheSameOnSeveralThreadsAtOnce() throws Exception {
        Callable<float[]> work = () -> {
            try (Engine own = new CpuEngine()) {
                int size = 120;
                float[] values = new float[size * size];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (i * 31 % 101) / 1000f;
                }
                Buffer a = own.allocate(size * size);
                a.set(values);
                Buffer b = own.allocate(size * size);
                for (int i = 0; i < 50; i++) {
                    own.matrixProduct(false, i % 2 == 0, size, size, size, 0.1f, a, a, 0.5f, b);
                    own.addScaled(b, 0.01f, a);
                }
                return a.toArray();
            }
        };
        float[] alone = work.call();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (var result : threads.invokeAll(java.util.Collections.nCopies(8, work))) {
                assertThat(result.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdown();
        }
    }
}
