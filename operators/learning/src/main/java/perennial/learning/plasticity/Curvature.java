package perennial.learning.plasticity;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.random.RandomStreams;

/**
 * The greatest eigenvalue of two Hessians with respect to all parameters on the probe batch: that of the loss, and that of the probe loss
 * mean (f(x) - stopped f(x) + noise)^2 with normal noise (Lyle et al. 2023), which needs no targets.
 *
 * <p>By Lanczos' method on products with the Hessian, each a central difference of two gradients: H v = (g(p + h v) - g(p - h v)) / 2h with
 * |v| = 1 and h a thousandth of the parameters' norm. Its error is of the order h^2 where the loss is smooth; where a kink of the nonlinearity
 * lies between the two points, it counts as curvature, as it does to a step of that length. Not thread-safe.
 */
public final class Curvature {

    private static final int STEPS = 20;

    private static final double STEP_LENGTH = 1e-3;

    /** A loss of the network's outputs for the probe batch. */
    private interface Loss {
        void gradient(Buffer outputs, Buffer gradient);
    }

    private final ProbeNetwork probe;
    private final Lanczos lanczos;
    private final Buffer targets;

    public Curvature(ProbeNetwork probe) {
        this.probe = probe;
        this.lanczos = new Lanczos(probe.engine(), probe.network().parameters().length(), STEPS);
        this.targets = probe.engine().allocate(probe.outputGradient().length());
    }

    /** The greatest eigenvalue of the loss's Hessian. */
    public double ofLoss(ProbeBatch batch) {
        return greatest((outputs, gradient) -> batch.loss(outputs, probe.rows(), gradient));
    }

    /** The greatest eigenvalue of the probe loss's Hessian. The noise is the same each time. */
    public double ofProbeLoss() {
        int rows = probe.rows();
        int outputs = probe.network().outputs();
        float[] noisy = probe.outputs();
        ZigguratSampler.NormalizedGaussian noise = ZigguratSampler.NormalizedGaussian.of(generator("noise"));
        for (int i = 0; i < rows * outputs; i++) {
            noisy[i] -= (float) noise.sample();
        }
        targets.write(0, noisy, 0, rows * outputs);
        return greatest(
                (values, gradient) -> probe.engine().meanSquaredError(rows, outputs, values, targets, gradient));
    }

    private double greatest(Loss loss) {
        Network network = probe.network();
        double length = STEP_LENGTH * network.parameters().norm();
        lanczos.run((vector, product) -> multiply(loss, length, vector, product), generator("curvature"));
        probe.goBack();
        return lanczos.greatest();
    }

    /** A generator anew for each estimate, so that there is nothing to remember. */
    private static UniformRandomProvider generator(String name) {
        return new RandomStreams(0).generator("metrics/" + name);
    }

    private void multiply(Loss loss, double length, Buffer vector, Buffer product) {
        Engine engine = probe.engine();
        engine.copy(gradientAt(loss, length, vector), product);
        engine.addScaled(gradientAt(loss, -length, vector), -1f, product);
        engine.scale(product, (float) (1 / (2 * length)));
    }

    private Buffer gradientAt(Loss loss, double length, Buffer vector) {
        Network network = probe.network();
        probe.goBack();
        probe.engine().addScaled(vector, (float) length, network.parameters().values());
        loss.gradient(probe.forward(), probe.outputGradient());
        network.backward(probe.outputGradient());
        return network.gradients();
    }
}
