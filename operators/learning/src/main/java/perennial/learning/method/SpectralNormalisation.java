package perennial.learning.method;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Network;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Adam;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * Spectral Normalisation (SN; Gogianu et al. 2021) of chosen layers, and the schedulers that follow from it.
 *
 * <p>Before each training pass every chosen weight gets one power iteration. The weight itself is never changed: it is
 * multiplied by 1 / divisor wherever it is used, so that the optimiser trains what is not normalised. A scheduler leaves the
 * weights and uses the divisors otherwise. Options and differences from the paper: docs/algorithms/sn.md.
 *
 * @see <a href="https://arxiv.org/abs/2105.05246">Gogianu et al., Spectral normalisation for deep reinforcement learning
 *     (2021)</a>
 */
public final class SpectralNormalisation implements Method {

    private static final String PREFIX = "sn.trained.";

    private final MethodSpec.SpectralNormalisation spec;
    private final Engine engine;
    private final Network network;
    private final SpectralLayers layers;
    private final Adam adam;
    private final Buffer[] weights;
    private final Buffer[] weightGradients;

    SpectralNormalisation(
            MethodSpec.SpectralNormalisation spec, Network network, Optimiser optimiser, RandomStreams random) {
        if (spec.scheduler() == Scheduler.MUL_EPS && !(optimiser instanceof Adam)) {
            throw new IllegalArgumentException("the scheduler MUL_EPS multiplies Adam's epsilon: optimiser="
                    + optimiser.getClass().getSimpleName() + "; choose Adam or AdamW, or another scheduler");
        }
        if (spec.scheduler() == Scheduler.BIAS_SCALING && network.spec().normalisation() != Normalisation.NONE) {
            throw new IllegalArgumentException("the scheduler BIAS_SCALING needs biases, which hidden layers have only "
                    + "without normalisation: normalisation=" + network.spec().normalisation());
        }
        if (spec.scheduler() == Scheduler.BIAS_SCALING
                && network.isDueling()
                && (spec.layers().contains(-1) || spec.layers().contains(-2))) {
            throw new IllegalArgumentException(
                    "the scheduler BIAS_SCALING would divide the value and the advantages of a "
                            + "dueling network by different products: layers=" + spec.layers()
                            + "; choose layers that both share, from -3 on, or another scheduler");
        }
        this.spec = spec;
        this.engine = network.engine();
        this.network = network;
        this.layers = new SpectralLayers(spec, network);
        this.adam = spec.scheduler() == Scheduler.MUL_EPS ? (Adam) optimiser : null;
        this.weights = new Buffer[layers.count()];
        this.weightGradients = new Buffer[layers.count()];
        for (int i = 0; i < weights.length; i++) {
            Parameter weight = layers.layer(i).weight();
            weights[i] = weight.in(network.parameters().values());
            weightGradients[i] = weight.in(network.gradients());
        }
        layers.begin(random);
    }

    @Override
    public String name() {
        return "sn";
    }

    @Override
    public void beforeForward() {
        layers.iterate();
    }

    @Override
    public void beforeEvaluation() {
        layers.evaluate();
    }

    /** The part of the gradient that goes through the divisor d: -(G . W / d) d'(sigma) u v', with G that of W for a constant d. */
    @Override
    public void afterBackward() {
        if (!spec.gradientThroughSigma()) {
            return;
        }
        for (int i = 0; i < weights.length; i++) {
            PowerIteration estimate = layers.estimate(i);
            if (estimate == null || estimate.isConvolution()) {
                continue;
            }
            double slope = layers.divisorSlope(i);
            if (slope > 0) {
                double factor = -engine.dot(weightGradients[i], weights[i]) / layers.divisor(i) * slope;
                Buffer left = estimate.left();
                Buffer right = estimate.right();
                engine.matrixProduct(
                        false,
                        false,
                        left.length(),
                        right.length(),
                        1,
                        (float) factor,
                        left,
                        right,
                        1f,
                        weightGradients[i]);
            }
        }
    }

    @Override
    public double gradientFactor() {
        return switch (spec.scheduler()) {
            case DIV_GRAD -> 1 / layers.product();
            case DIV_GRAD_PER_LAYER -> 1 / layers.smallestDivisor();
            default -> 1;
        };
    }

    @Override
    public void beforeStep() {
        switch (spec.scheduler()) {
            case DIV_GRAD -> engine.scale(network.gradients(), (float) (1 / layers.product()));
            case DIV_GRAD_PER_LAYER -> {
                for (int i = 0; i < weights.length; i++) {
                    if (layers.estimate(i) != null) {
                        engine.scale(weightGradients[i], (float) (1 / layers.divisor(i)));
                    }
                }
            }
            case MUL_EPS -> adam.epsilonFactor(layers.product());
            default -> {}
        }
    }

    @Override
    public void afterStep() {}

    @Override
    public double spectralNorm(int layer) {
        PowerIteration estimate = layers.estimate(layer);
        return estimate == null ? Double.NaN : estimate.sigma();
    }

    @Override
    public TargetMethod forTarget(Network target) {
        SpectralLayers own = new SpectralLayers(spec, target);
        SpectralTarget method = new SpectralTarget(layers, own);
        method.follow();
        return method;
    }

    @Override
    public void save(LearnerState state) {
        layers.save(PREFIX, state);
    }

    void restore(LearnerState state) {
        layers.restore(PREFIX, state);
    }

    @Override
    public int runningValues() {
        return layers.runningValues();
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        layers.writeRunningValues(target, at);
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        layers.readRunningValues(source, at);
    }
}
