package perennial.learning.method;

import java.util.Arrays;
import java.util.List;
import perennial.learning.engine.Engine;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/** The spectrally normalised layers of one network: their estimates, and the factors that follow from them. */
final class SpectralLayers implements RunningValues {

    /** Keeps a weight of zeros from a division by zero. */
    private static final double SMALLEST_DIVISOR = 1e-12;

    private final MethodSpec.SpectralNormalisation spec;
    private final Engine engine;
    private final Layer[] layers;

    /** One per layer of the network; null where the layer is not chosen. */
    private final PowerIteration[] estimates;

    /** Index of the layer that each takes its input from; -1 for the network's input. */
    private final int[] previous;

    private final double[] divisors;

    /** Product of the divisors from the input up to each layer. */
    private final double[] products;

    private double product = 1;

    SpectralLayers(MethodSpec.SpectralNormalisation spec, Network network) {
        this.spec = spec;
        this.engine = network.engine();
        List<Layer> all = network.layers();
        this.layers = all.toArray(new Layer[0]);
        this.estimates = new PowerIteration[layers.length];
        this.divisors = new double[layers.length];
        this.products = new double[layers.length];
        this.previous = new int[layers.length];
        Arrays.fill(divisors, 1);
        for (int i = 0; i < layers.length; i++) {
            previous[i] = layers[i].previous() == null ? -1 : all.indexOf(layers[i].previous());
            if (spec.layers().contains(network.fromOutput(layers[i]))) {
                estimates[i] = new PowerIteration(engine, layers[i]);
            }
        }
        int first = network.fromOutput(layers[0]);
        for (int index : spec.layers()) {
            if (index < first) {
                throw new IllegalArgumentException("sn chooses a layer that the network does not have: layer=" + index
                        + " layers=" + -first + "; the first layer is " + first);
            }
        }
    }

    /** Begins every estimate at a vector of its own. */
    void begin(RandomStreams random) {
        for (int i = 0; i < layers.length; i++) {
            if (estimates[i] != null) {
                estimates[i].begin(random.generator("spectral/" + layers[i].name()));
            }
        }
        evaluate();
    }

    /** One power iteration per estimate, and the factors of the next pass. */
    void iterate() {
        for (int i = 0; i < layers.length; i++) {
            if (estimates[i] != null) {
                estimates[i].iterate();
                divisors[i] = divisor(estimates[i].sigma());
            }
        }
        setFactors();
    }

    /** The factors of the next pass from the vectors as they are. */
    void evaluate() {
        for (int i = 0; i < layers.length; i++) {
            if (estimates[i] != null) {
                divisors[i] = divisor(estimates[i].sigmaInEvaluation());
            }
        }
        setFactors();
    }

    private double divisor(double sigma) {
        double divisor =
                switch (spec.divisor()) {
                    case ALWAYS -> sigma / spec.lambda();
                    case CAP -> Math.max(1, sigma / spec.lambda());
                    case PAPER -> Math.max(spec.lambda(), sigma);
                };
        return Math.max(divisor, SMALLEST_DIVISOR);
    }

    /** How fast a chosen layer's divisor grows with sigma. */
    double divisorSlope(int layer) {
        double sigma = estimates[layer].sigma();
        return switch (spec.divisor()) {
            case ALWAYS -> 1 / spec.lambda();
            case CAP -> sigma > spec.lambda() ? 1 / spec.lambda() : 0;
            case PAPER -> sigma > spec.lambda() ? 1 : 0;
        };
    }

    private void setFactors() {
        boolean dividesWeights = spec.scheduler() == Scheduler.NONE || spec.scheduler() == Scheduler.BIAS_SCALING;
        product = 0;
        for (int i = 0; i < layers.length; i++) {
            products[i] = (previous[i] < 0 ? 1 : products[previous[i]]) * divisors[i];
            if (dividesWeights && estimates[i] != null) {
                layers[i].weightFactor((float) (1 / divisors[i]));
            }
            if (spec.scheduler() == Scheduler.BIAS_SCALING) {
                layers[i].biasFactor((float) (1 / products[i]));
            }
            if (!layers[i].isHidden()) {
                product = Math.max(product, products[i]);
            }
        }
        if (spec.scheduler() == Scheduler.DIV_OUT) {
            divideOutputs();
        }
    }

    /** Outputs that are divided are those of a divided weight and a divided bias. */
    private void divideOutputs() {
        for (Layer layer : layers) {
            if (!layer.isHidden()) {
                layer.weightFactor((float) (1 / product));
                layer.biasFactor((float) (1 / product));
            }
        }
    }

    int count() {
        return layers.length;
    }

    Layer layer(int index) {
        return layers[index];
    }

    /** The estimate of a layer, or null where the layer is not chosen. */
    PowerIteration estimate(int layer) {
        return estimates[layer];
    }

    double divisor(int layer) {
        return divisors[layer];
    }

    /** The smallest of the chosen layers' divisors, or 1 where that is smaller. */
    double smallestDivisor() {
        double smallest = 1;
        for (double divisor : divisors) {
            smallest = Math.min(smallest, divisor);
        }
        return smallest;
    }

    /** rho: the product of the divisors of all chosen layers; of two streams that with the greater one. */
    double product() {
        return product;
    }

    void copyFrom(SpectralLayers other) {
        for (int i = 0; i < layers.length; i++) {
            if (estimates[i] != null) {
                estimates[i].copyFrom(other.estimates[i]);
            }
        }
    }

    @Override
    public int runningValues() {
        int count = 0;
        for (PowerIteration estimate : estimates) {
            count += estimate == null ? 0 : estimate.runningValues();
        }
        return count;
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        int next = at;
        for (PowerIteration estimate : estimates) {
            if (estimate != null) {
                estimate.writeRunningValues(target, next);
                next += estimate.runningValues();
            }
        }
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        int next = at;
        for (PowerIteration estimate : estimates) {
            if (estimate != null) {
                estimate.readRunningValues(source, next);
                next += estimate.runningValues();
            }
        }
        evaluate();
    }

    void save(String prefix, LearnerState state) {
        for (PowerIteration estimate : estimates) {
            if (estimate != null) {
                estimate.save(prefix, state);
            }
        }
    }

    void restore(String prefix, LearnerState state) {
        for (PowerIteration estimate : estimates) {
            if (estimate != null) {
                estimate.restore(prefix, state);
            }
        }
        evaluate();
    }
}
