package perennial.learning.intervention;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.WeightSampler;
import perennial.learning.optimise.Adam;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * ReDo, "recycling dormant neurons". A unit's score is the mean of its |output| over samples and positions, divided by the mean
 * score of its layer; where it is at most the threshold the unit gets fresh incoming weights, a bias of 0 (or scale 1 and offset
 * 0) and outgoing weights of 0, and the optimiser's moments of all these become 0.
 *
 * @see <a href="https://arxiv.org/abs/2302.12902">Sokar et al., The dormant neuron phenomenon in deep reinforcement learning
 *     (2023)</a>
 */
final class Redo implements Intervention {

    private static final String UPDATES = "redo.updates";
    private static final String SUMS = "redo.sums.";

    /** As in both published codes. */
    private static final double MEAN_EPSILON = 1e-9;

    private final InterventionSpec.Redo spec;
    private final Engine engine;
    private final HiddenUnits[] layers;
    private final Optimiser optimiser;
    private final WeightSampler sampler;
    private final Buffer[] counts;
    private final Buffer[] sums;
    private final float[][] read;
    private final double[][] gathered;
    private final boolean[][] dormant;

    /** Updates before a recycling whose activations are gathered. */
    private final int window;

    private int updates;

    Redo(InterventionSpec.Redo spec, Network network, Optimiser optimiser, RandomStreams random) {
        this.spec = spec;
        this.engine = network.engine();
        this.layers = HiddenUnits.of(network, optimiser);
        this.optimiser = optimiser;
        this.sampler = new WeightSampler(random.generator(spec.name()));
        this.counts = new Buffer[layers.length];
        this.sums = new Buffer[layers.length];
        this.read = new float[layers.length][];
        this.gathered = new double[layers.length][];
        this.dormant = new boolean[layers.length][];
        for (int i = 0; i < layers.length; i++) {
            int units = layers[i].count();
            counts[i] = engine.allocate(units);
            sums[i] = engine.allocate(units);
            read[i] = new float[units];
            gathered[i] = new double[units];
            dormant[i] = new boolean[units];
        }
        int batches = (spec.statisticsBatch() - 1) / network.batchCapacity() + 1;
        this.window = Math.min(batches, spec.every());
    }

    @Override
    public void observe(int rows) {
        if (updates < spec.every() - window) {
            return;
        }
        for (int i = 0; i < layers.length; i++) {
            Layer layer = layers[i].layer();
            engine.unitActivity(rows, layer.shape().positions(), layers[i].count(), layer.output(), counts[i], sums[i]);
            sums[i].read(0, read[i], 0, read[i].length);
            for (int unit = 0; unit < read[i].length; unit++) {
                gathered[i][unit] += read[i][unit];
            }
        }
    }

    @Override
    public void afterStep() {
        if (++updates == spec.every()) {
            updates = 0;
            recycle();
            for (double[] layer : gathered) {
                Arrays.fill(layer, 0);
            }
        }
    }

    private void recycle() {
        for (int i = 0; i < layers.length; i++) {
            // Scores are ratios, so that sums serve as well as means.
            double mean = Arrays.stream(gathered[i]).average().orElseThrow();
            boolean any = false;
            for (int unit = 0; unit < dormant[i].length; unit++) {
                dormant[i][unit] = gathered[i][unit] / (mean + MEAN_EPSILON) <= spec.threshold();
                any |= dormant[i][unit];
                if (dormant[i][unit]) {
                    layers[i].redraw(unit, bound(layers[i]), sampler);
                }
            }
            // Here the next layer's dormant units get fresh weights from this layer's dormant ones, there zeros.
            if (spec.version() == RedoVersion.PYTORCH && any) {
                layers[i].silence(dormant[i]);
            }
        }
        for (int i = 0; i < layers.length; i++) {
            if (spec.version() == RedoVersion.DOPAMINE) {
                layers[i].silence(dormant[i]);
            }
            layers[i].forget(dormant[i]);
        }
        if (spec.version() == RedoVersion.PYTORCH && optimiser instanceof Adam adam) {
            adam.restartSteps();
        }
    }

    @Override
    public boolean isSound() {
        for (double[] layer : gathered) {
            for (double sum : layer) {
                if (!Double.isFinite(sum)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public int runningValues() {
        int count = 1;
        for (double[] layer : gathered) {
            count += layer.length;
        }
        return count;
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        target[at] = updates;
        int next = at + 1;
        for (double[] layer : gathered) {
            System.arraycopy(layer, 0, target, next, layer.length);
            next += layer.length;
        }
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        updates = (int) source[at];
        int next = at + 1;
        for (double[] layer : gathered) {
            System.arraycopy(source, next, layer, 0, layer.length);
            next += layer.length;
        }
    }

    /** Of Glorot's uniform distribution, or of He's. */
    private double bound(HiddenUnits layer) {
        if (spec.version() == RedoVersion.PYTORCH) {
            return Math.sqrt(6.0 / layer.fanIn());
        }
        int kernelArea = layer.layer().geometry() == null
                ? 1
                : layer.fanIn() / layer.layer().weight().shape()[1];
        return Math.sqrt(6.0 / (layer.fanIn() + (double) layer.count() * kernelArea));
    }

    @Override
    public void save(LearnerState state) {
        state.put(UPDATES, new int[] {updates});
        for (int i = 0; i < layers.length; i++) {
            state.put(SUMS + layers[i].layer().name(), gathered[i].clone());
        }
    }

    @Override
    public void restore(LearnerState state) {
        updates = state.ints(UPDATES)[0];
        for (int i = 0; i < layers.length; i++) {
            System.arraycopy(state.doubles(SUMS + layers[i].layer().name()), 0, gathered[i], 0, gathered[i].length);
        }
    }
}
