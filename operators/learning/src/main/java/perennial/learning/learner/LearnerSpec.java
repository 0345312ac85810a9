package perennial.learning.learner;

import java.io.Serializable;
import java.util.List;
import perennial.learning.method.Method;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.NetworkSpec;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;

/**
 * Everything that defines a learner. Two learners with equal specs that see equal events have equal bytes.
 *
 * @param name unique name within the job
 * @param variant what it is compared as: nap, layernorm, none and the like
 * @param streams names of the streams it follows, or globs with * and ?
 * @param seed seed of all its random generators
 * @param task what is to be learned
 * @param network shape of the network
 * @param method what keeps the network able to learn
 * @param optimiser what turns gradients into steps
 * @param schedule how the learning rate moves
 * @param batchSize examples per update
 * @param maxGradientNorm the whole gradient is scaled down to this norm where it is longer; 0 switches it off
 * @param resetOptimiserOnReset whether a label reset clears the optimiser's state
 * @param metricsEvery updates from one report to the next
 * @param maxDivergences discarded updates after which the learner stops learning
 * @param predictions whether each example's prediction is sent out
 * @param provenance what computes it
 */
public record LearnerSpec(
        String name,
        String variant,
        List<String> streams,
        long seed,
        TaskSpec task,
        NetworkSpec network,
        MethodSpec method,
        OptimiserSpec optimiser,
        ScheduleSpec schedule,
        int batchSize,
        double maxGradientNorm,
        boolean resetOptimiserOnReset,
        int metricsEvery,
        int maxDivergences,
        boolean predictions,
        Provenance provenance)
        implements Serializable {

    /** Whether the normalisers of its network have scales and offsets. */
    public boolean hasAffineNormalisers() {
        return Method.hasAffine(method) && task.hasAffineNormalisers();
    }

    /**
     * What stands in every report, so that a figure can be traced.
     *
     * @param configHash hash of the learner's effective configuration
     * @param codeVersion version of this code
     */
    public record Provenance(String configHash, String codeVersion) implements Serializable {}

    public LearnerSpec {
        streams = List.copyOf(streams);
        if (name.isBlank() || !name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "a learner's name may have letters, digits, dot, underscore and minus: name=" + name);
        }
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a learner needs at least one stream: name=" + name);
        }
        if (batchSize < 1 || metricsEvery < 1 || maxDivergences < 1) {
            throw new IllegalArgumentException(
                    "batch size, metrics cadence and maxDivergences must be at least 1: name="
                            + name + " batchSize=" + batchSize + " metricsEvery=" + metricsEvery + " maxDivergences="
                            + maxDivergences);
        }
        if (!(maxGradientNorm >= 0)) {
            throw new IllegalArgumentException("maxGradientNorm must be 0 or more: maxGradientNorm=" + maxGradientNorm);
        }
        boolean isStreaming = task instanceof TaskSpec.StreamQ;
        if (optimiser.followsTraces() != isStreaming) {
            throw new IllegalArgumentException(
                    "streamQ is learned by an optimiser that follows eligibility traces, obgd or adaptiveObgd, and nothing else is:"
                            + " task=" + task.getClass().getSimpleName() + " optimiser="
                            + optimiser.getClass().getSimpleName());
        }
        if (isStreaming && (batchSize != 1 || maxGradientNorm != 0)) {
            throw new IllegalArgumentException(
                    "streamQ learns from each transition by itself and bounds its steps, so batch.size must be 1 and"
                            + " gradient.maxNorm 0: batchSize=" + batchSize + " maxGradientNorm=" + maxGradientNorm);
        }
    }
}
