package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.random.RandomStreams;

/**
 * The largest singular value of each layer's linear map, by Lanczos' method on W'W: of a convolution that of the true map, with its
 * stride and padding on its input's size. Factors that a method multiplies the weight by are left out. Not thread-safe; not to be used
 * between a forward pass and its way back.
 */
public final class SpectralNorms {

    /** Leaves an error below 1e-3 on matrices of normal numbers, whose largest singular values crowd together. */
    private static final int STEPS = 24;

    private final Layer[] layers;
    private final Lanczos[] iterations;
    private final Buffer[] products;

    public SpectralNorms(Network network) {
        Engine engine = network.engine();
        this.layers = network.layers().toArray(new Layer[0]);
        this.iterations = new Lanczos[layers.length];
        this.products = new Buffer[layers.length];
        for (int i = 0; i < layers.length; i++) {
            iterations[i] = new Lanczos(engine, layers[i].inputSize(), STEPS);
            products[i] = engine.allocate(layers[i].linearSize());
        }
    }

    /** The largest singular value of one layer's weight as it is. */
    public double of(int layer) {
        // A generator anew for each estimate, so that there is nothing to remember.
        iterations[layer].run(
                (vector, product) -> {
                    layers[layer].multiply(vector, products[layer]);
                    layers[layer].multiplyTransposed(products[layer], product);
                },
                new RandomStreams(0).generator("metrics/spectral"));
        return Math.sqrt(Math.max(0, iterations[layer].greatest()));
    }
}
