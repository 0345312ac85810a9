package perennial.jobs.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.LearnerSpec.Provenance;
import perennial.learning.learner.SnapshotSpec;
import perennial.streaming.learn.SavedConfiguration;

/** One learner: a network, what it learns from, and how. */
public record LearnerSection(
        @Option(description = "unique name: letters, digits, dots, underscores and minuses")
        String name,

        @Option(
                description = "what the learner is compared as; empty for the method's type, or where that is none for"
                        + " the name of the normalisation, and the types of its interventions",
                defaultValue = "")
        String variant,

        @Option(
                description =
                        "names of the streams it follows, or globs with * and ?; at least one, but where it has an environment or"
                                + " labels of its own: then empty, or the name of the one stream that it makes itself",
                defaultValue = "[]")
        List<String> streams,

        @Option(
                description = "an environment inside the job that it has to itself; none where it is not written",
                defaultValue = "")
        Optional<OwnEnvironmentSection> environment,

        @Option(
                description = "a stream of labelled images inside the job that it has to itself; none where it is not"
                        + " written",
                defaultValue = "")
        Optional<LabelsSection> labels,

        @Option(description = "seed of all its random generators", defaultValue = "0")
        long seed,

        @Option(description = "what is to be learned", defaultValue = "classification")
        TaskSection task,

        @Option(description = "shape of the network", defaultValue = "mlp")
        NetworkSection network,

        @Option(description = "what keeps the network able to learn", defaultValue = "none")
        MethodSection method,

        @Option(
                description = "what is done beside the method, in this order after each step; each type once at most",
                defaultValue = "[]")
        List<InterventionSection> interventions,

        @Option(description = "what turns gradients into steps", defaultValue = "adam")
        OptimiserSection optimiser,

        @Option(description = "how the learning rate moves over updates", defaultValue = "constant")
        ScheduleSection schedule,

        @Option(description = "micro-batches") BatchSection batch,
        @Option(description = "limits of the gradient") GradientSection gradient,

        @Option(description = "what a label reset does to the learner")
        OnLabelResetSection onLabelReset,

        @Option(description = "plasticity metrics; docs/metrics.md defines each")
        MetricsSection metrics,

        @Option(description = "what happens to updates that are not finite")
        DivergenceSection divergence,

        @Option(
                description = "whether each example's prediction is sent to the predictions topic",
                defaultValue = "false")
        boolean predictions,

        @Option(description = "what actors are told, where the task is reinforcement or streamQ")
        PoliciesSection policies,

        @Option(description = "copies of all that training changes, which the command rollback can go back to")
        SnapshotsSection snapshots) {

    public LearnerSection {
        if (variant.isEmpty()) {
            variant = Stream.concat(
                            Stream.of(
                                    method instanceof MethodSection.None
                                            ? Spelling.of(network.spec().normalisation())
                                            : Keys.nameOf(method.getClass())),
                            interventions.stream().map(intervention -> Keys.nameOf(intervention.getClass())))
                    .collect(Collectors.joining("+"));
        }
        if (streams.isEmpty() && environment.isPresent()) {
            streams = List.of(name);
        }
        if (streams.isEmpty() && labels.isPresent()) {
            streams = List.of(labels.get().stream());
        }
    }

    /** Whether its events are made beside it, inside the job. */
    public boolean hasOwnSource() {
        return environment.isPresent() || labels.isPresent();
    }

    /** Micro-batches. */
    public record BatchSection(
            @Option(description = "examples per update", defaultValue = "128", range = "[1, 1000000]")
            int size) {}

    /** Limits of the gradient. */
    public record GradientSection(
            @Option(
                    description = "norm that the whole gradient is scaled down to where it is longer; 0 for no limit",
                    defaultValue = "0",
                    range = "[0, inf)")
            double maxNorm) {}

    /** What a label reset does to the learner. */
    public record OnLabelResetSection(
            @Option(description = "whether a label reset clears the optimiser's state", defaultValue = "false")
            boolean resetOptimiser) {}

    /** What happens to updates that are not finite. */
    public record DivergenceSection(
            @Option(
                    description = "discarded updates after which the learner stops learning",
                    defaultValue = "10",
                    range = "[1, 2147483647]")
            int maxDiscarded) {}

    /** What actors are told. */
    public record PoliciesSection(
            @Option(
                    description = "updates from one policy on the policies topic to the next",
                    defaultValue = "250",
                    range = "[1, inf)")
            long publishEvery,

            @Option(
                    description =
                            "records taken in from one word of progress to the next; actors must be let further ahead",
                    defaultValue = "100",
                    range = "[1, inf)")
            long progressEvery) {}

    /** Copies to go back to. */
    public record SnapshotsSection(
            @Option(
                    description =
                            "updates from one copy to the next; 0 for those alone that the command snapshot takes",
                    defaultValue = "0",
                    range = "[0, inf)")
            long every,

            @Option(
                    description =
                            "copies that are kept, the newest; each has the size of parameters, optimiser and target network, in"
                                    + " memory and in checkpoints",
                    defaultValue = "2",
                    range = "[1, 1000]")
            int keep) {}

    /**
     * The learner as the job takes it.
     *
     * @param codeVersion version of the code that computes it
     */
    LearnerSpec spec(String codeVersion) {
        return new LearnerSpec(
                name,
                variant,
                streams,
                seed,
                task.spec(),
                network.spec(),
                method.spec(),
                interventions.stream().map(InterventionSection::spec).toList(),
                optimiser.spec(),
                schedule.spec(),
                batch.size,
                gradient.maxNorm,
                onLabelReset.resetOptimiser,
                metrics.spec(),
                divergence.maxDiscarded,
                predictions,
                new SnapshotSpec(snapshots.every, snapshots.keep),
                provenance(codeVersion));
    }

    private Provenance provenance(String codeVersion) {
        String configuration = Effective.json(this);
        return new Provenance(
                configHash(),
                codeVersion,
                configuration,
                SavedConfiguration.flat(configuration).keySet().stream()
                        .filter(key -> !StateRules.mayChange(key))
                        .collect(Collectors.toSet()));
    }

    /**
     * The first 16 hexadecimal digits of SHA-256 over this section as JSON with all defaults written and all keys sorted: equal
     * meaning, equal hash. What actors are told and what is kept to go back to are left out, since they change nothing that is
     * learned; so is where events come from, since the same events are learned from in the same way.
     */
    public String configHash() {
        return Effective.hash(this, Set.of("policies", "snapshots", "environment", "labels"));
    }
}
