package perennial.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;

/**
 * Times the matrix products of an update and nothing else: below that no update gets on the same kernels. Each layer has its
 * product forwards (twice where there is a target network), one for the gradient of its weight and, but for the first layer, one
 * for that of its input.
 */
public final class ProductTimer {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Engine engine;
    private final List<Product> products = new ArrayList<>();

    private ProductTimer(Engine engine, LearnerSpec spec) {
        this.engine = engine;
        boolean hasTarget = spec.task() instanceof TaskSpec.Reinforcement;
        Network network =
                new Network(spec.network(), spec.task().input(), spec.task().outputs(), 1, engine, false);
        for (Layer layer : network.layers()) {
            ConvolutionGeometry geometry = layer.geometry();
            int positions = geometry == null ? 1 : geometry.positions();
            int inputs = geometry == null ? layer.inputSize() : geometry.patchSize();
            int rows = spec.batchSize() * positions;
            int outputs = layer.linearSize() / positions;
            for (int pass = 0; pass < (hasTarget ? 2 : 1); pass++) {
                // A convolution multiplies by its weight transposed beforehand.
                add(false, geometry == null, rows, outputs, inputs);
            }
            add(true, false, outputs, inputs, rows);
            if (layer != network.layers().get(0)) {
                add(false, false, rows, inputs, outputs);
            }
        }
    }

    /**
     * Microseconds of processor time for the products of an update.
     *
     * @param seconds how long to measure, after half as long to warm up
     */
    public static double microsPerUpdate(UpdateCase benchmark, double seconds) {
        try (Engine engine = Engines.create("cpu")) {
            ProductTimer timer = new ProductTimer(engine, benchmark.spec(1));
            timer.run(seconds / 2);
            return timer.run(seconds);
        }
    }

    private double run(double seconds) {
        long start = THREADS.getCurrentThreadCpuTime();
        long elapsed;
        int count = 0;
        do {
            for (Product product : products) {
                product.multiply(engine);
            }
            count++;
            elapsed = THREADS.getCurrentThreadCpuTime() - start;
        } while (elapsed < seconds * 1e9);
        return elapsed * 1e-3 / count;
    }

    private void add(boolean transposeA, boolean transposeB, int m, int n, int k) {
        Buffer a = filled(m * k);
        Buffer b = filled(k * n);
        products.add(new Product(transposeA, transposeB, m, n, k, a, b, engine.allocate(m * n)));
    }

    private Buffer filled(int count) {
        Buffer buffer = engine.allocate(count);
        engine.fill(buffer, 0.5f);
        return buffer;
    }

    private record Product(boolean transposeA, boolean transposeB, int m, int n, int k, Buffer a, Buffer b, Buffer c) {

        void multiply(Engine engine) {
            engine.matrixProduct(transposeA, transposeB, m, n, k, 1, a, b, 0, c);
        }
    }
}
