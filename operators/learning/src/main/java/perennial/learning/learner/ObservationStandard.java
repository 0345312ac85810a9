package perennial.learning.learner;

import java.util.Arrays;
import java.util.List;
import perennial.learning.learner.NamedTensors.Tensor;

/**
 * What observations are brought to a common scale by: each value becomes (x - mean) / sqrt(variance + epsilon), with mean and variance of
 * that value over all observations so far and this one.
 *
 * <p>The observation itself counts, as in Elsayed et al. 2024: a value that never changed before does not become a multiple of
 * 1/epsilon when it first does. It cannot be folded into a network's weights where a convolution or a normalised layer comes
 * first, so it goes to actors as three tensors beside them. Not thread-safe.
 */
public final class ObservationStandard {

    private static final String COUNT = "observation.count";
    private static final String MEAN = "observation.mean";
    private static final String VARIANCE = "observation.variance";

    /** Keeps the deviation of a value that never changes from being 0. */
    private static final double VARIANCE_EPSILON = 1e-8;

    private final float[] means;
    private final float[] variances;

    /** Observations that mean and variance are of; negative where observations stay as they are. */
    private double count = -1;

    /** One that leaves observations of {@code size} values as they are. */
    public ObservationStandard(int size) {
        this.means = new float[size];
        this.variances = new float[size];
    }

    /**
     * Standardises observations that stand one behind the other.
     *
     * @param frames Not modified.
     * @param seen how many of them there are, at the end of {@code frames}; those before are none and become 0
     * @param target as long as {@code frames}. Modified.
     */
    public void apply(float[] frames, int seen, float[] target) {
        int size = means.length;
        int first = frames.length - seen * size;
        Arrays.fill(target, 0, first, 0f);
        if (count < 0) {
            System.arraycopy(frames, first, target, first, seen * size);
            return;
        }
        for (int at = first; at < frames.length; at += size) {
            for (int i = 0; i < size; i++) {
                target[at + i] = standardised(frames[at + i], i);
            }
        }
    }

    /** The value by the moments with it added. */
    private float standardised(double value, int index) {
        if (count == 0) {
            return 0f;
        }
        double distance = value - means[index];
        double rest = distance * count / (count + 1);
        double variance = (variances[index] * (count - 1) + distance * rest) / count;
        return (float) (rest / Math.sqrt(variance + VARIANCE_EPSILON));
    }

    /** Takes over the moments of all observations so far. */
    void follow(RunningMoments moments) {
        // As an actor gets it, whose tensors are floats.
        count = (float) moments.count();
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) moments.mean(i);
            // Of one observation alone the variance is not asked for, since it counts 0 times.
            variances[i] = (float) Math.min(moments.variance(i), Float.MAX_VALUE);
        }
    }

    /** Values that {@link #write} writes. */
    int length() {
        return 1 + 2 * means.length;
    }

    /** Writes count, means and variances, from {@code at} on. {@code target} is modified. */
    void write(float[] target, int at) {
        target[at] = (float) count;
        System.arraycopy(means, 0, target, at + 1, means.length);
        System.arraycopy(variances, 0, target, at + 1 + means.length, means.length);
    }

    /**
     * Goes on from what {@link #write} wrote, which is all that stands from {@code at} on; where nothing does, observations stay as they
     * are.
     *
     * @param source Not modified.
     */
    public void read(float[] source, int at) {
        if (source.length == at) {
            count = -1;
            return;
        }
        if (source.length != at + length()) {
            throw new IllegalArgumentException("a standard must be of the same observations: expected=" + length()
                    + " found=" + (source.length - at));
        }
        count = source[at];
        System.arraycopy(source, at + 1, means, 0, means.length);
        System.arraycopy(source, at + 1 + means.length, variances, 0, means.length);
    }

    /** Puts its tensors beside a policy's weights. */
    void addTo(NamedTensors weights, List<Integer> shape) {
        int[] dimensions = shape.stream().mapToInt(Integer::intValue).toArray();
        weights.put(COUNT, new int[] {1}, new float[] {(float) count})
                .put(MEAN, dimensions, means.clone())
                .put(VARIANCE, dimensions, variances.clone());
    }

    /**
     * Takes over its tensors from beside a policy's weights; where there are none, observations stay as they are.
     *
     * @param weights Not modified.
     * @return the weights alone
     * @throws IllegalArgumentException if one is missing or has another size; then nothing has changed
     */
    public NamedTensors takeFrom(NamedTensors weights) {
        float[] newCount = valuesOf(weights, COUNT);
        float[] newMeans = valuesOf(weights, MEAN);
        float[] newVariances = valuesOf(weights, VARIANCE);
        if (newCount.length + newMeans.length + newVariances.length == 0) {
            count = -1;
            return weights;
        }
        if (newCount.length != 1 || newMeans.length != means.length || newVariances.length != means.length) {
            throw new IllegalArgumentException(
                    "observations are standardised by a count, and a mean and a variance of each value: values="
                            + means.length + " " + COUNT + "=" + newCount.length + " " + MEAN + "=" + newMeans.length
                            + " "
                            + VARIANCE + "=" + newVariances.length);
        }
        count = newCount[0];
        System.arraycopy(newMeans, 0, means, 0, means.length);
        System.arraycopy(newVariances, 0, variances, 0, means.length);
        NamedTensors rest = new NamedTensors();
        weights.asMap().forEach((name, tensor) -> {
            if (!name.equals(COUNT) && !name.equals(MEAN) && !name.equals(VARIANCE)) {
                rest.put(name, tensor.shape(), tensor.data());
            }
        });
        return rest;
    }

    private static float[] valuesOf(NamedTensors weights, String name) {
        Tensor tensor = weights.get(name);
        return tensor == null ? new float[0] : tensor.data();
    }
}
