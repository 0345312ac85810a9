package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/**
 * Overshooting-bounded gradient descent (ObGD; Elsayed, Vasan and Mahmood 2024): the steps of a learner that follows eligibility
 * traces and sees each transition once.
 *
 * <pre>
 * z = decay z + g                                        g the gradient of -q(s, a)
 * d = z,  or adaptively  v = beta2 v + (1 - beta2) (error z)^2,  d = z / sqrt(v / (1 - beta2^t) + epsilon)
 * M = rate kappa max(|error|, 1) |d|_1
 * w = w - rate / max(M, 1) error d
 * </pre>
 *
 * <p>Say {@link #follow} before each step. Of a linear function whose inputs lie within [-1, 1] no step moves any value by more than
 * min(|error|, 1) / kappa; of other functions the same bound holds to first order.
 *
 * @see <a href="https://arxiv.org/abs/2410.14606">Elsayed et al., Streaming deep reinforcement learning finally works (2024)</a>
 */
public final class Obgd implements Optimiser {

    private final Engine engine;
    private final double kappa;
    private final double beta2;
    private final double epsilon;
    private final Buffer trace;

    /** Null where the traces are followed as they are. */
    private final Buffer squareMean;

    private final Buffer direction;
    private final List<Slot> slots;
    private double error = Double.NaN;
    private double decay = Double.NaN;
    private long steps;

    Obgd(OptimiserSpec.Obgd spec, Parameters parameters, Engine engine) {
        this.engine = engine;
        this.kappa = spec.kappa();
        this.beta2 = Double.NaN;
        this.epsilon = Double.NaN;
        this.trace = parameters.allocateAlike();
        this.squareMean = null;
        this.direction = trace;
        this.slots = List.of(new Slot("trace", trace, 1));
    }

    Obgd(OptimiserSpec.AdaptiveObgd spec, Parameters parameters, Engine engine) {
        this.engine = engine;
        this.kappa = spec.kappa();
        this.beta2 = spec.beta2();
        this.epsilon = spec.epsilon();
        this.trace = parameters.allocateAlike();
        this.squareMean = parameters.allocateAlike();
        this.direction = parameters.allocateAlike();
        this.slots = List.of(new Slot("trace", trace, 1), new Slot("squareMean", squareMean, 2));
    }

    /**
     * What the next step follows.
     *
     * @param error the temporal-difference error
     * @param decay what is kept of the traces: discount times lambda
     */
    public void follow(double error, double decay) {
        this.error = error;
        this.decay = decay;
    }

    /** Nothing that comes is to be laid to what was done before. */
    public void clearTrace() {
        engine.fill(trace, 0f);
    }

    @Override
    public void step(Buffer values, Buffer gradients, double rate) {
        steps++;
        engine.scale(trace, (float) decay);
        engine.addScaled(gradients, 1f, trace);
        if (squareMean != null) {
            engine.adaptTrace(trace, squareMean, error, steps, beta2, epsilon, direction);
        }
        double bound = rate * kappa * Math.max(Math.abs(error), 1) * engine.sumOfAbsolutes(direction);
        engine.addScaled(direction, (float) (-rate / Math.max(bound, 1) * error), values);
    }

    /** The squares are those of errors times traces, and only the latter are bounded. */
    @Override
    public boolean isSound() {
        return squareMean == null || Double.isFinite(engine.sumOfAbsolutes(squareMean));
    }

    /** There is none: the bound is one of all parameters together, so that a step cannot be made in parts. */
    @Override
    public void move(Part part, double rate, double epsilonFactor) {
        throw new UnsupportedOperationException("a step of ObGD is bounded as a whole and cannot be made in parts");
    }

    @Override
    public void beginStep() {
        throw new UnsupportedOperationException("a step of ObGD is bounded as a whole and cannot be made in parts");
    }

    @Override
    public List<Slot> slots() {
        return slots;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public void steps(long steps) {
        this.steps = steps;
    }

    /** As far as the bound is reached: then the length of a trace does not matter. */
    @Override
    public boolean isScaleFree() {
        return true;
    }

    @Override
    public void reset() {
        engine.fill(trace, 0f);
        if (squareMean != null) {
            engine.fill(squareMean, 0f);
        }
        steps = 0;
    }
}
