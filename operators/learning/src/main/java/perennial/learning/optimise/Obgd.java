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
public final class Obgd extends SlotOptimiser {

    private final double kappa;
    private final double beta2;
    private final double epsilon;
    private final Buffer trace;

    /** Null where the traces are followed as they are. */
    private final Buffer squareMean;

    private final Buffer direction;
    private double error = Double.NaN;
    private double decay = Double.NaN;

    Obgd(OptimiserSpec.Obgd spec, Parameters parameters, Engine engine) {
        super(List.of(new Slot("trace", parameters.allocateAlike(), 1)), engine);
        this.kappa = spec.kappa();
        this.beta2 = Double.NaN;
        this.epsilon = Double.NaN;
        this.trace = slots().get(0).values();
        this.squareMean = null;
        this.direction = trace;
    }

    Obgd(OptimiserSpec.AdaptiveObgd spec, Parameters parameters, Engine engine) {
        super(
                List.of(
                        new Slot("trace", parameters.allocateAlike(), 1),
                        new Slot("squareMean", parameters.allocateAlike(), 2)),
                engine);
        this.kappa = spec.kappa();
        this.beta2 = spec.beta2();
        this.epsilon = spec.epsilon();
        this.trace = slots().get(0).values();
        this.squareMean = slots().get(1).values();
        this.direction = parameters.allocateAlike();
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
        countStep();
        engine.scale(trace, (float) decay);
        engine.addScaled(gradients, 1f, trace);
        if (squareMean != null) {
            engine.adaptTrace(trace, squareMean, error, steps(), beta2, epsilon, direction);
        }
        double bound = rate * kappa * Math.max(Math.abs(error), 1) * engine.sumOfAbsolutes(direction);
        engine.addScaled(direction, (float) (-rate / Math.max(bound, 1) * error), values);
    }

    /** The squares are those of errors times traces, and only the latter are bounded. */
    @Override
    public boolean isSound() {
        return squareMean == null || Double.isFinite(engine.sumOfAbsolutes(squareMean));
    }

    /** As far as the bound is reached: then the length of a trace does not matter. */
    @Override
    public boolean isScaleFree() {
        return true;
    }
}
