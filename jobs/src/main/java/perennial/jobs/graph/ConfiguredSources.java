package perennial.jobs.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import perennial.environment.labels.ImageSet;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.environment.source.ActorSource;
import perennial.environment.source.LabelSource;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.LabelsSection;
import perennial.jobs.config.LearnerSection;
import perennial.jobs.config.OwnEnvironmentSection;
import perennial.learning.event.EventSource;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.TaskSpec;
import perennial.streaming.learn.InJobSources;

/** The sources that the learners of a configuration have to themselves. */
final class ConfiguredSources implements InJobSources {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, OwnEnvironmentSection> environments = new TreeMap<>();
    private final TreeMap<String, LabelsSection> labels = new TreeMap<>();
    private final String engine;

    /** Made where the learners are: sets of images are large, and those of a sweep's learners are mostly the same. */
    private transient Map<Loaded, ImageSet> images;

    /** What a set of images depends on. */
    private record Loaded(Images images, long seed) {}

    ConfiguredSources(Configuration configuration) {
        this.engine = configuration.engineName();
        for (LearnerSection learner : configuration.learners()) {
            learner.environment().ifPresent(section -> environments.put(learner.name(), section));
            learner.labels().ifPresent(section -> labels.put(learner.name(), section));
        }
    }

    @Override
    public EventSource open(LearnerSpec spec, Learner learner) {
        OwnEnvironmentSection environment = environments.get(spec.name());
        if (environment == null) {
            LabelStreamSpec stream = labels.get(spec.name()).spec();
            return new LabelSource(
                    // Bits are no images, and nothing that could be shared.
                    stream.images() instanceof Images.Bits
                            ? LabelStream.open(stream)
                            : new LabelStream(stream, images(stream)));
        }
        return new ActorSource(
                environment.team(spec.streams().get(0), (TaskSpec.ActionValues) spec.task()),
                environment.maxLead(),
                environment.policyEvery(),
                spec,
                Learners.actingIn(learner),
                engine);
    }

    private ImageSet images(LabelStreamSpec stream) {
        if (images == null) {
            images = new HashMap<>();
        }
        // Seeds mean nothing to images from files.
        long seed = stream.images() instanceof Images.Synthetic ? stream.seed() : 0;
        return images.computeIfAbsent(
                new Loaded(stream.images(), seed), key -> ImageSet.load(key.images(), key.seed()));
    }

    @Override
    public long mostEvents(LearnerSpec spec) {
        OwnEnvironmentSection environment = environments.get(spec.name());
        return environment == null ? labels.get(spec.name()).spec().length() : environment.mostRecords();
    }
}
