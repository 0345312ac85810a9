package perennial.learning.method;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Optimiser;
import perennial.learning.state.LearnerState;

/**
 * Normalize-and-Project (NaP; Lyle et al. 2024, section 3.3) on a network whose every nonlinearity has a normaliser before it.
 *
 * <p>After the optimiser's step each normalised weight goes back to the norm it had at the start, and the normalisers' scales
 * and offsets are treated as {@link AffineMode} says. An output layer is not normalised, so its scale matters and it is left alone.
 *
 * @see WeightProjection
 */
public final class NormalizeAndProject implements Method {

    /*
     * Choices where the paper is silent (numbers: docs/algorithms):
     * 1. The norm is the Frobenius norm of the whole weight, for a convolution too.
     * 2. JOINT brings (scale, offset) to norm sqrt(channels), not 1, so that the initial (1, 0) stays as it is; a normaliser that an
     *    output layer reads is left out, since that layer would see the change.
     * 3. With rescaleMoments a weight that is multiplied by c has its gradient means divided by c and its means of squared gradients
     *    by c^2: gradients of a scale-invariant function grow as the weight shrinks.
     */

    private static final String RADII = "nap.radii";
    private static final String STEPS = "nap.stepsSinceProjection";

    private final MethodSpec.NormalizeAndProject spec;
    private final Engine engine;
    private final WeightProjection projection;
    private final Buffer[] scales;
    private final Buffer[] offsets;
    private final JointNorm[] joint;
    private final Moment[] moments;
    private int stepsSinceProjection;

    private NormalizeAndProject(
            MethodSpec.NormalizeAndProject spec,
            Network network,
            Optimiser optimiser,
            WeightProjection projection,
            int stepsSinceProjection) {
        this.spec = spec;
        this.engine = network.engine();
        this.projection = projection;
        this.stepsSinceProjection = stepsSinceProjection;
        this.scales = affineOf(network, true).toArray(new Buffer[0]);
        this.offsets = affineOf(network, false).toArray(new Buffer[0]);
        this.joint = jointNormsOf(network).toArray(new JointNorm[0]);
        this.moments = momentsOf(network, optimiser).toArray(new Moment[0]);
    }

    /** Begins on the network's present weights, whose norms become the radii. */
    static NormalizeAndProject begin(MethodSpec.NormalizeAndProject spec, Network network, Optimiser optimiser) {
        check(spec, network);
        WeightProjection projection =
                WeightProjection.atCurrentNorms(network.engine(), namesOf(network), weightsOf(network));
        return new NormalizeAndProject(spec, network, optimiser, projection, 0);
    }

    /** Goes on from what {@link #save} put. */
    static NormalizeAndProject resume(
            MethodSpec.NormalizeAndProject spec, Network network, Optimiser optimiser, LearnerState state) {
        check(spec, network);
        WeightProjection projection = WeightProjection.withRadii(
                network.engine(), namesOf(network), weightsOf(network), state.doubles(RADII));
        return new NormalizeAndProject(spec, network, optimiser, projection, state.ints(STEPS)[0]);
    }

    /** The NaP update, after the optimiser's step. */
    @Override
    public void afterStep() {
        if (spec.projectEvery() > 0 && ++stepsSinceProjection == spec.projectEvery()) {
            stepsSinceProjection = 0;
            double[] factors = projection.project();
            if (spec.rescaleMoments()) {
                rescaleMoments(factors);
            }
            if (spec.affine().mode() == AffineMode.JOINT) {
                normaliseJointly();
            }
        }
        if (spec.affine().mode() == AffineMode.DECAY) {
            decayAffine((float) spec.affine().rate());
        }
    }

    private void rescaleMoments(double[] factors) {
        for (Moment moment : moments) {
            engine.scale(moment.values, (float) Math.pow(factors[moment.weight], -moment.gradientPower));
            if (!Double.isFinite(engine.norm(moment.values))) {
                throw new CollapsedWeightException(
                        "cannot rescale the optimiser's moments of a collapsed or diverged weight: factor="
                                + factors[moment.weight]);
            }
        }
    }

    private void normaliseJointly() {
        for (JointNorm layer : joint) {
            double norm = Math.sqrt(
                    engine.sumOfSquares(layer.scale) + (layer.offset == null ? 0 : engine.sumOfSquares(layer.offset)));
            if (!(norm > 0.0) || Double.isInfinite(norm)) {
                throw new CollapsedWeightException(
                        "cannot rescale a collapsed or diverged normaliser: layer=" + layer.name + " norm=" + norm);
            }
            float factor = (float) (Math.sqrt(layer.scale.length()) / norm);
            engine.scale(layer.scale, factor);
            if (layer.offset != null) {
                engine.scale(layer.offset, factor);
            }
        }
    }

    private void decayAffine(float rate) {
        for (Buffer scale : scales) {
            engine.decayTowards(scale, rate, 1f);
        }
        for (Buffer offset : offsets) {
            engine.decayTowards(offset, rate, 0f);
        }
    }

    @Override
    public String name() {
        return "nap";
    }

    @Override
    public void save(LearnerState state) {
        state.put(RADII, projection.radii()).put(STEPS, new int[] {stepsSinceProjection});
    }

    /** The radii never change. */
    @Override
    public int runningValues() {
        return 1;
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        target[at] = stepsSinceProjection;
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        stepsSinceProjection = (int) source[at];
    }

    // ---- What the update acts on, looked up once. ----

    /** Scale and offset of a normaliser, to be held at a joint norm; {@code offset} may be null. */
    private record JointNorm(String name, Buffer scale, Buffer offset) {}

    /** One projected weight's part of an optimiser's slot. */
    private record Moment(int weight, Buffer values, int gradientPower) {}

    private static void check(MethodSpec.NormalizeAndProject spec, Network network) {
        if (network.spec().normalisation() == Normalisation.NONE) {
            throw new IllegalArgumentException(
                    "nap needs a normaliser before every nonlinearity: normalisation=NONE; choose layer or RMS normalisation, or "
                            + "method none");
        }
        if (normalisedLayers(network).isEmpty()) {
            throw new IllegalArgumentException(
                    "nap needs a hidden layer to project: hidden=[] convolutions=[]; add a hidden layer or choose method none");
        }
        if (spec.affine().mode() == AffineMode.JOINT && network.spec().activation() == Activation.TANH) {
            throw new IllegalArgumentException(
                    "scale and offset can be rescaled together only where f(cx) = c f(x): activation=TANH affine=JOINT; choose "
                            + "DECAY, FREE or DROPPED");
        }
    }

    private static List<Layer> normalisedLayers(Network network) {
        return network.layers().stream().filter(Layer::isNormalised).toList();
    }

    private static List<String> namesOf(Network network) {
        return normalisedLayers(network).stream()
                .map(layer -> layer.weight().name())
                .toList();
    }

    private static List<Buffer> weightsOf(Network network) {
        return normalisedLayers(network).stream()
                .map(layer -> layer.weight().in(network.parameters().values()))
                .toList();
    }

    private static List<Buffer> affineOf(Network network, boolean scales) {
        List<Buffer> found = new ArrayList<>();
        for (Layer layer : normalisedLayers(network)) {
            Parameter parameter = scales ? layer.scale() : layer.offset();
            if (parameter != null) {
                found.add(parameter.in(network.parameters().values()));
            }
        }
        return found;
    }

    private static List<JointNorm> jointNormsOf(Network network) {
        List<Layer> readByOutputs = network.layers().stream()
                .filter(layer -> !layer.isHidden())
                .map(Layer::previous)
                .toList();
        List<JointNorm> found = new ArrayList<>();
        Buffer values = network.parameters().values();
        for (Layer layer : normalisedLayers(network)) {
            if (layer.scale() != null && !readByOutputs.contains(layer)) {
                Buffer offset = layer.offset() == null ? null : layer.offset().in(values);
                found.add(new JointNorm(layer.name(), layer.scale().in(values), offset));
            }
        }
        return found;
    }

    private static List<Moment> momentsOf(Network network, Optimiser optimiser) {
        List<Moment> found = new ArrayList<>();
        List<Layer> layers = normalisedLayers(network);
        for (int i = 0; i < layers.size(); i++) {
            for (Optimiser.Slot slot : optimiser.slots()) {
                found.add(new Moment(i, layers.get(i).weight().in(slot.values()), slot.gradientPower()));
            }
        }
        return found;
    }
}
