package perennial.streaming;

import java.util.List;
import java.util.Set;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TargetSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;

/** Small learners for tests. */
public final class Specs {

    /** Values of an input. */
    public static final int INPUT = 4;

    /** Classes of a classification. */
    public static final int CLASSES = 3;

    private Specs() {}

    /** A learner of {@link #CLASSES} classes. */
    public static LearnerSpec classifier(String name, String... streams) {
        return learner(name, new TaskSpec.Classification(List.of(INPUT), CLASSES, 0.5), streams);
    }

    /** A classifier with a free run beside it, which reports as {@link LearnerSpec#freeName}. */
    public static LearnerSpec twin(String name, String... streams) {
        LearnerSpec alone = classifier(name, streams);
        MethodSpec.NormalizeAndProject method = (MethodSpec.NormalizeAndProject) alone.method();
        return new LearnerSpec(
                name,
                alone.variant(),
                alone.streams(),
                alone.seed(),
                alone.task(),
                alone.network(),
                new MethodSpec.NormalizeAndProject(
                        method.projectEvery(), method.affine(), method.rescaleMoments(), MethodSpec.Twin.PER_LAYER),
                alone.interventions(),
                alone.optimiser(),
                alone.schedule(),
                alone.batchSize(),
                alone.maxGradientNorm(),
                alone.resetOptimiserOnReset(),
                alone.metrics(),
                alone.maxDivergences(),
                alone.predictions(),
                alone.provenance());
    }

    /** A learner of two target values. */
    public static LearnerSpec regressor(String name, String... streams) {
        return learner(name, new TaskSpec.Regression(List.of(INPUT), 2, 1.0), streams);
    }

    /** A learner of the values of {@link #CLASSES} actions from replay memory, with priorities and returns of two steps. */
    public static LearnerSpec qLearner(String name, String... streams) {
        return learner(
                name,
                new TaskSpec.Reinforcement(
                        List.of(INPUT),
                        CLASSES,
                        1.0,
                        new ReplaySpec(
                                12,
                                ObservationEncoding.FLOATS,
                                2,
                                2,
                                0.9,
                                new SamplingSpec.Prioritised(0.6, 0.4, 1, 20, 1e-6)),
                        new ValueHeadSpec.Categorical(3, -2, 2, true, true),
                        1,
                        2,
                        1,
                        new TargetSpec.Copied(3)),
                streams);
    }

    /** A learner of the values of {@link #CLASSES} actions from each transition at once. */
    public static LearnerSpec streamQLearner(String name, String... streams) {
        return learner(
                name,
                new TaskSpec.StreamQ(List.of(INPUT), CLASSES, 1.0, 1, 0.9, 0.8, true, true),
                new OptimiserSpec.AdaptiveObgd(1, 2, 0.999, 1e-8),
                1,
                false,
                List.of(streams),
                new LearnerSpec.Provenance("hash", "version"));
    }

    /** The record of that number of stream {@code s}, as the learner's task has it: each thirteenth is a label reset. */
    public static Event event(LearnerSpec spec, long sequence) {
        Event event = new Event();
        event.stream = "s";
        event.sequence = sequence;
        if (sequence % 13 == 12) {
            event.kind = Event.Kind.LABEL_RESET;
            event.task = (int) sequence / 13 + 1;
            return event;
        }
        fill(event.features.resizeFloats(INPUT), sequence);
        if (spec.task() instanceof TaskSpec.ActionValues) {
            event.kind = Event.Kind.TRANSITION;
            event.action = (int) (sequence * 5 % CLASSES);
            event.reward = sequence % 4 - 1.5f;
            event.terminal = sequence % 6 == 5;
            event.episode = sequence / 6;
        } else if (spec.task() instanceof TaskSpec.Regression) {
            fill(event.target.resizeFloats(2), sequence + 1);
        } else {
            event.label = (int) (sequence % CLASSES);
        }
        return event;
    }

    private static void fill(float[] values, long sequence) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (sequence * 7 + i * 3) % 11 / 11f;
        }
    }

    public static LearnerSpec learner(String name, TaskSpec task, String... streams) {
        boolean predicts = !(task instanceof TaskSpec.ActionValues);
        return learner(
                name,
                task,
                new OptimiserSpec.Adam(1e-2, 0.9, 0.999, 1e-8),
                3,
                predicts,
                List.of(streams),
                new LearnerSpec.Provenance("hash", "version"));
    }

    /** A classifier that a configuration describes, of which a state cannot follow some keys. */
    public static LearnerSpec configured(String name, String configuration, Set<String> kept) {
        return learner(
                name,
                new TaskSpec.Classification(List.of(INPUT), CLASSES, 0.5),
                new OptimiserSpec.Adam(1e-2, 0.9, 0.999, 1e-8),
                3,
                true,
                List.of("s"),
                new LearnerSpec.Provenance("hash", "version", configuration, kept));
    }

    private static LearnerSpec learner(
            String name,
            TaskSpec task,
            OptimiserSpec optimiser,
            int batchSize,
            boolean predicts,
            List<String> streams,
            LearnerSpec.Provenance provenance) {
        return new LearnerSpec(
                name,
                "nap",
                streams,
                7,
                task,
                new NetworkSpec(
                        List.of(),
                        List.of(5, 5),
                        Activation.RELU,
                        0.01,
                        Normalisation.LAYER_NORM,
                        1e-5,
                        Initialiser.PYTORCH),
                new MethodSpec.NormalizeAndProject(1, new MethodSpec.Affine(MethodSpec.AffineMode.DECAY, 0.999), false),
                List.of(),
                optimiser,
                new ScheduleSpec.Constant(),
                batchSize,
                0,
                false,
                MetricsSpec.cheap(1),
                3,
                predicts,
                provenance);
    }
}
