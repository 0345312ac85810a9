package perennial.streaming;

import java.util.List;
import java.util.Set;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;

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

    /** A learner of two target values. */
    public static LearnerSpec regressor(String name, String... streams) {
        return learner(name, new TaskSpec.Regression(List.of(INPUT), 2, 1.0), streams);
    }

    public static LearnerSpec learner(String name, TaskSpec task, String... streams) {
        return learner(name, task, List.of(streams), new LearnerSpec.Provenance("hash", "version"));
    }

    /** A classifier that a configuration describes, of which a state cannot follow some keys. */
    public static LearnerSpec configured(String name, String configuration, Set<String> kept) {
        return learner(
                name,
                new TaskSpec.Classification(List.of(INPUT), CLASSES, 0.5),
                List.of("s"),
                new LearnerSpec.Provenance("hash", "version", configuration, kept));
    }

    private static LearnerSpec learner(
            String name, TaskSpec task, List<String> streams, LearnerSpec.Provenance provenance) {
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
                new OptimiserSpec.Adam(1e-2, 0.9, 0.999, 1e-8),
                new ScheduleSpec.Constant(),
                3,
                0,
                false,
                MetricsSpec.cheap(1),
                3,
                true,
                provenance);
    }
}
