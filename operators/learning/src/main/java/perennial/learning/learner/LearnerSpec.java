package perennial.learning.learner;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.method.Method;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.WeightForm;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.value.ValueHeadSpec;

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
 * @param interventions what is done beside it, in this order after each step
 * @param optimiser what turns gradients into steps
 * @param schedule how the learning rate moves
 * @param batchSize examples per update
 * @param maxGradientNorm the whole gradient is scaled down to this norm where it is longer; 0 switches it off
 * @param resetOptimiserOnReset whether a label reset clears the optimiser's state
 * @param metrics which metrics are computed, and how often
 * @param maxDivergences discarded updates after which the learner stops learning
 * @param predictions whether each example's prediction is sent out
 * @param snapshots which copies it keeps to go back to
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
        List<InterventionSpec> interventions,
        OptimiserSpec optimiser,
        ScheduleSpec schedule,
        int batchSize,
        double maxGradientNorm,
        boolean resetOptimiserOnReset,
        MetricsSpec metrics,
        int maxDivergences,
        boolean predictions,
        SnapshotSpec snapshots,
        Provenance provenance)
        implements Serializable {

    /** A learner that keeps the snapshots that it is told to take. */
    public LearnerSpec(
            String name,
            String variant,
            List<String> streams,
            long seed,
            TaskSpec task,
            NetworkSpec network,
            MethodSpec method,
            List<InterventionSpec> interventions,
            OptimiserSpec optimiser,
            ScheduleSpec schedule,
            int batchSize,
            double maxGradientNorm,
            boolean resetOptimiserOnReset,
            MetricsSpec metrics,
            int maxDivergences,
            boolean predictions,
            Provenance provenance) {
        this(
                name,
                variant,
                streams,
                seed,
                task,
                network,
                method,
                interventions,
                optimiser,
                schedule,
                batchSize,
                maxGradientNorm,
                resetOptimiserOnReset,
                metrics,
                maxDivergences,
                predictions,
                SnapshotSpec.ASKED_FOR,
                provenance);
    }

    /** What parameters its network has beside weights and biases. */
    public WeightForm weightForm() {
        return task.hasAffineNormalisers() ? Method.formOf(method) : WeightForm.WITHOUT_AFFINE;
    }

    /**
     * What a learner was made from, so that a figure can be traced and a state knows what it belongs to.
     *
     * @param configHash hash of the learner's effective configuration; stands in every report
     * @param codeVersion version of this code; stands in every report
     * @param configuration the effective configuration as JSON, which goes into every checkpoint; empty where there is none
     * @param kept keys of it that a state cannot follow, such as {@code network.hidden}
     */
    public record Provenance(String configHash, String codeVersion, String configuration, Set<String> kept)
            implements Serializable {

        public Provenance {
            kept = Set.copyOf(kept);
        }

        /** Of a learner that no configuration describes: what a state cannot follow is found out when it is restored. */
        public Provenance(String configHash, String codeVersion) {
            this(configHash, codeVersion, "", Set.of());
        }
    }

    public LearnerSpec {
        streams = List.copyOf(streams);
        interventions = List.copyOf(interventions);
        if (name.isBlank() || !name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "a learner's name may have letters, digits, dot, underscore and minus: name=" + name);
        }
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a learner needs at least one stream: name=" + name);
        }
        if (batchSize < 1 || maxDivergences < 1) {
            throw new IllegalArgumentException("batch size and maxDivergences must be at least 1: name=" + name
                    + " batchSize=" + batchSize + " maxDivergences=" + maxDivergences);
        }
        if (!(maxGradientNorm >= 0)) {
            throw new IllegalArgumentException("maxGradientNorm must be 0 or more: maxGradientNorm=" + maxGradientNorm);
        }
        InterventionSpec.check(interventions, network, method);
        if (interventions.stream().anyMatch(InterventionSpec.GradientPenalty.class::isInstance)
                && !choosesAnOutput(task)) {
            throw new IllegalArgumentException(
                    "a gradient penalty needs outputs of which the greatest is chosen: those of a classifier or of a head of"
                            + " type dqn: name=" + name + " task="
                            + task.getClass().getSimpleName());
        }
        if (isTwin(method) && !interventions.isEmpty()) {
            throw new IllegalArgumentException(
                    "a twin's two runs differ in their projection only, so there can be no interventions: name=" + name
                            + "; remove them or the twin");
        }
        boolean isStreaming = task instanceof TaskSpec.StreamQ;
        if (optimiser.followsTraces() != isStreaming) {
            throw new IllegalArgumentException(
                    "streamQ is learned by an optimiser that follows eligibility traces, obgd or adaptiveObgd, and nothing else is:"
                            + " task=" + task.getClass().getSimpleName() + " optimiser="
                            + optimiser.getClass().getSimpleName());
        }
        if (isStreaming
                && (!interventions.isEmpty() || method instanceof MethodSpec.WeightNormalisation || isTwin(method))) {
            throw new IllegalArgumentException(
                    "streamQ has its own step, which nobody has defined with interventions, weight normalisation or a twin: name="
                            + name + " method=" + method.getClass().getSimpleName() + " interventions="
                            + interventions.size());
        }
        if (isStreaming && (batchSize != 1 || maxGradientNorm != 0)) {
            throw new IllegalArgumentException(
                    "streamQ learns from each transition by itself and bounds its steps, so batch.size must be 1 and"
                            + " gradient.maxNorm 0: batchSize=" + batchSize + " maxGradientNorm=" + maxGradientNorm);
        }
    }

    private static boolean choosesAnOutput(TaskSpec task) {
        return task instanceof TaskSpec.Classification
                || task instanceof TaskSpec.Reinforcement reinforcement
                        && reinforcement.head() instanceof ValueHeadSpec.Expected;
    }

    private static boolean isTwin(MethodSpec method) {
        return method instanceof MethodSpec.NormalizeAndProject nap && nap.twin() != MethodSpec.Twin.ALONE;
    }

    /** Whether the learner has a free run beside its projected one. */
    public boolean isTwin() {
        return isTwin(method);
    }

    /** The name under which the free run of a twin of that name reports. */
    public static String freeName(String name) {
        return name + ".free";
    }

    /** The free run of a twin: everything alike but for the projections. */
    LearnerSpec free() {
        return new LearnerSpec(
                freeName(name),
                freeName(variant),
                streams,
                seed,
                task,
                network,
                ((MethodSpec.NormalizeAndProject) method).free(),
                interventions,
                optimiser,
                schedule,
                batchSize,
                maxGradientNorm,
                resetOptimiserOnReset,
                metrics,
                maxDivergences,
                predictions,
                snapshots,
                provenance);
    }
}
