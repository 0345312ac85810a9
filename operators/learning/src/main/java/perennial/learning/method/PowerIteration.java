package perennial.learning.method;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Layer;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/**
 * A running estimate of the largest singular value of a layer's linear map, one power iteration at a time.
 *
 * <p>For a matrix, u has the output's shape: v = W'u / |W'u|, then u = Wv / |Wv| and sigma = |Wv| = u'Wv. For a convolution the
 * map is the true one, with its stride and padding on its input's size (Gouk et al. 2021), not the reshaped kernel; u has the
 * input's shape: v = Wu / |Wu|, then u = W'v / |W'v| and sigma = |W'v|. Not thread-safe.
 */
public final class PowerIteration implements RunningValues {

    private static final double EPSILON = 1e-12;

    private final Engine engine;
    private final Layer layer;
    private final boolean isConvolution;
    private final Buffer u;
    private final Buffer v;
    private final Buffer product;
    private final float[] copied;
    private double sigma = Double.NaN;

    /** An estimate that has yet to begin. */
    public PowerIteration(Engine engine, Layer layer) {
        this.engine = engine;
        this.layer = layer;
        this.isConvolution = layer.geometry() != null;
        this.u = engine.allocate(isConvolution ? layer.inputSize() : layer.linearSize());
        this.v = engine.allocate(isConvolution ? layer.linearSize() : layer.inputSize());
        this.product = engine.allocate(u.length());
        this.copied = new float[Math.max(u.length(), v.length())];
    }

    /** Begins at a normal vector of length 1, with v and sigma as one iteration would leave them. */
    public void begin(UniformRandomProvider generator) {
        ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(generator);
        float[] drawn = new float[u.length()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) gaussian.sample();
        }
        u.set(drawn);
        normalise(u);
        applyFromU(u, v);
        normalise(v);
        applyToU(v, product);
        sigma = engine.dot(u, product);
    }

    /** One iteration on the weight as it is, which makes a new estimate. */
    public void iterate() {
        applyFromU(u, v);
        if (normalise(v) < EPSILON) {
            // A weight of zeros, or nearly, would take u along, and a vector of zeros finds nothing any more.
            sigma = 0;
            return;
        }
        applyToU(v, u);
        sigma = normalise(u);
    }

    /** The estimate of the last iteration. */
    public double sigma() {
        return sigma;
    }

    /** The estimate for the present weight with the vectors as they are; of a convolution that of the last iteration. */
    public double sigmaInEvaluation() {
        if (isConvolution) {
            return sigma;
        }
        applyToU(v, product);
        return engine.dot(u, product);
    }

    /** Takes over another estimate of a layer of the same shape. */
    void copyFrom(PowerIteration other) {
        engine.copy(other.u, u);
        engine.copy(other.v, v);
        sigma = other.sigma;
    }

    /** Left vector of a matrix, in the output's shape. Not to be modified. */
    Buffer left() {
        return u;
    }

    /** Right vector of a matrix, in the input's shape. Not to be modified. */
    Buffer right() {
        return v;
    }

    boolean isConvolution() {
        return isConvolution;
    }

    @Override
    public int runningValues() {
        return 1 + u.length() + v.length();
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        target[at] = sigma;
        write(u, target, at + 1);
        write(v, target, at + 1 + u.length());
    }

    private void write(Buffer vector, double[] target, int at) {
        vector.read(0, copied, 0, vector.length());
        for (int i = 0; i < vector.length(); i++) {
            target[at + i] = copied[i];
        }
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        sigma = source[at];
        read(source, at + 1, u);
        read(source, at + 1 + u.length(), v);
    }

    private void read(double[] source, int at, Buffer vector) {
        for (int i = 0; i < vector.length(); i++) {
            copied[i] = (float) source[at + i];
        }
        vector.write(0, copied, 0, vector.length());
    }

    void save(String prefix, LearnerState state) {
        state.put(prefix + layer.name() + ".u", u.toArray())
                .put(prefix + layer.name() + ".v", v.toArray())
                .put(prefix + layer.name() + ".sigma", new double[] {sigma});
    }

    void restore(String prefix, LearnerState state) {
        u.set(state.floats(prefix + layer.name() + ".u"));
        v.set(state.floats(prefix + layer.name() + ".v"));
        sigma = state.doubles(prefix + layer.name() + ".sigma")[0];
    }

    private void applyFromU(Buffer from, Buffer to) {
        if (isConvolution) {
            layer.multiply(from, to);
        } else {
            layer.multiplyTransposed(from, to);
        }
    }

    private void applyToU(Buffer from, Buffer to) {
        if (isConvolution) {
            layer.multiplyTransposed(from, to);
        } else {
            layer.multiply(from, to);
        }
    }

    private double normalise(Buffer vector) {
        double norm = engine.norm(vector);
        engine.scale(vector, (float) (1 / Math.max(norm, EPSILON)));
        return norm;
    }
}
