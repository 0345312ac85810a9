package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.engine.HiddenShape;
import perennial.learning.network.Activation;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;

/**
 * Which hidden units still answer to their inputs, on the batch that went forward last. A unit of a convolution is a channel;
 * a CReLU layer has two units per input. Fractions are NaN for a network without hidden layers.
 *
 * <ul>
 *   <li>dead: 0 on every input of the batch
 *   <li>dormant: mean absolute activation at most {@value #TAU} of the layer's mean (ReDo; Sokar et al. 2023)
 *   <li>rarely active: not 0 on less than 1 % of inputs and positions ("dormant" in Dohare et al. 2024)
 *   <li>always active: positive on every input ("zombie"; Lyle et al. 2024)
 *   <li>linearised: 0 on every input or non-zero on every input (NaP, appendix C.2)
 *   <li>saturated, of single outputs: the nonlinearity's slope is less than 1 % of its greatest
 * </ul>
 */
public final class UnitActivity {

    /** Share of the layer's mean activation up to which a unit counts as dormant. */
    public static final double TAU = 0.025;

    /** Keeps a layer of dead units from dividing by zero, as in ReDo's own definition. */
    private static final double MEAN_EPSILON = 1e-9;

    /** Share of inputs and positions below which a unit counts as rarely active. */
    private static final double RARELY = 0.01;

    /** Share of its greatest slope below which a nonlinearity counts as flat. */
    private static final double FLAT = 0.01;

    private final Engine engine;
    private final Layer[] layers;
    private final Buffer[] activeCounts;
    private final Buffer[] absoluteSums;
    private final int[] units;
    private final int[] dead;
    private final int[] dormant;
    private final int[] rarelyActive;
    private final int[] alwaysActive;
    private final int[] linearised;
    private final double[] saturated;

    /** Index of the first hidden layer that an output layer reads; the rest are such layers too. */
    private final int lastHidden;

    public UnitActivity(Network network) {
        this.engine = network.engine();
        this.layers = network.layers().stream().filter(Layer::isHidden).toArray(Layer[]::new);
        this.activeCounts = new Buffer[layers.length];
        this.absoluteSums = new Buffer[layers.length];
        this.units = new int[layers.length];
        for (int i = 0; i < layers.length; i++) {
            units[i] = layers[i].shape().outputChannels();
            activeCounts[i] = engine.allocate(units[i]);
            absoluteSums[i] = engine.allocate(units[i]);
        }
        this.dead = new int[layers.length];
        this.dormant = new int[layers.length];
        this.rarelyActive = new int[layers.length];
        this.alwaysActive = new int[layers.length];
        this.linearised = new int[layers.length];
        this.saturated = new double[layers.length];
        this.lastHidden = Math.max(0, layers.length - (network.layers().size() - layers.length));
    }

    /** Measures the outputs that the last forward pass left in the network. */
    public void measure(int batch) {
        for (int i = 0; i < layers.length; i++) {
            int positions = layers[i].shape().positions();
            engine.unitActivity(batch, positions, units[i], layers[i].output(), activeCounts[i], absoluteSums[i]);
            count(i, activeCounts[i].toArray(), absoluteSums[i].toArray(), batch * positions);
            Activation activation = layers[i].shape().activation();
            if (activation == Activation.TANH || activation == Activation.LEAKY_RELU) {
                countSigned(i, batch);
            }
        }
    }

    private void count(int layer, float[] active, float[] sums, int samples) {
        double layerMean = 0;
        for (float sum : sums) {
            layerMean += sum;
        }
        layerMean /= (double) samples * sums.length;
        dead[layer] = 0;
        dormant[layer] = 0;
        rarelyActive[layer] = 0;
        alwaysActive[layer] = 0;
        linearised[layer] = 0;
        double activeOutputs = 0;
        for (int unit = 0; unit < active.length; unit++) {
            boolean isDead = active[unit] == 0;
            dead[layer] += isDead ? 1 : 0;
            dormant[layer] += sums[unit] / samples / (layerMean + MEAN_EPSILON) <= TAU ? 1 : 0;
            rarelyActive[layer] += active[unit] < RARELY * samples ? 1 : 0;
            alwaysActive[layer] += active[unit] == samples ? 1 : 0;
            linearised[layer] += isDead || active[unit] == samples ? 1 : 0;
            activeOutputs += active[unit];
        }
        saturated[layer] = 1 - activeOutputs / ((double) samples * active.length);
    }

    /** Of nonlinearities that are not 0 where they are flat or negative, counts again what depends on that. */
    private void countSigned(int layer, int batch) {
        HiddenShape shape = layers[layer].shape();
        int channels = units[layer];
        int size = shape.outputSize();
        int samples = batch * shape.positions();
        float[] outputs = new float[size];
        int[] positive = new int[channels];
        long flat = 0;
        for (int row = 0; row < batch; row++) {
            layers[layer].output().read(row * size, outputs, 0, size);
            for (int i = 0; i < size; i++) {
                float output = outputs[i];
                positive[i % channels] += output > 0 ? 1 : 0;
                double slope = shape.activation() == Activation.TANH
                        ? 1 - (double) output * output
                        : output > 0 ? 1 : shape.leakySlope();
                flat += slope < FLAT ? 1 : 0;
            }
        }
        alwaysActive[layer] = 0;
        for (int count : positive) {
            alwaysActive[layer] += count == samples ? 1 : 0;
        }
        saturated[layer] = flat / ((double) samples * channels);
    }

    /** How many hidden layers are measured; they are the network's first ones. */
    public int hiddenLayers() {
        return layers.length;
    }

    /** Fraction of a hidden layer's units that are dead. */
    public double dead(int layer) {
        return (double) dead[layer] / units[layer];
    }

    /** Fraction of a hidden layer's units that are dormant. */
    public double dormant(int layer) {
        return (double) dormant[layer] / units[layer];
    }

    /** Fraction of a hidden layer's units that are rarely active. */
    public double rarelyActive(int layer) {
        return (double) rarelyActive[layer] / units[layer];
    }

    /** Fraction of a hidden layer's units that are always active. */
    public double alwaysActive(int layer) {
        return (double) alwaysActive[layer] / units[layer];
    }

    /** Fraction of a hidden layer's outputs, over units, inputs and positions, that are saturated. */
    public double saturated(int layer) {
        return saturated[layer];
    }

    /** Fraction of a hidden layer's units that are linearised. */
    public double linearised(int layer) {
        return (double) linearised[layer] / units[layer];
    }

    /** Fraction of all hidden units that are dead. */
    public double dead() {
        return pooled(dead, 0);
    }

    /** Fraction of all hidden units that are dormant, each compared with its own layer. */
    public double dormant() {
        return pooled(dormant, 0);
    }

    /** Fraction of all hidden units that are rarely active. */
    public double rarelyActive() {
        return pooled(rarelyActive, 0);
    }

    /** Fraction of all hidden units that are always active. */
    public double alwaysActive() {
        return pooled(alwaysActive, 0);
    }

    /** Fraction of the last hidden layer's units that are linearised, or of those of both streams of a dueling network. */
    public double linearised() {
        return pooled(linearised, lastHidden);
    }

    /** Fraction of saturated outputs, mean over the hidden layers. */
    public double saturated() {
        double sum = 0;
        for (double fraction : saturated) {
            sum += fraction;
        }
        return sum / saturated.length;
    }

    private double pooled(int[] counts, int from) {
        int found = 0;
        int all = 0;
        for (int i = from; i < counts.length; i++) {
            found += counts[i];
            all += units[i];
        }
        return all == 0 ? Double.NaN : (double) found / all;
    }
}
