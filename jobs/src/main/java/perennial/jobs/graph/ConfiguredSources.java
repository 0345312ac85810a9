package perennial.jobs.graph;

import java.util.TreeMap;
import perennial.environment.labels.LabelStream;
import perennial.environment.source.ActorSource;
import perennial.environment.source.LabelSource;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.LabelsSection;
import perennial.jobs.config.LearnerSection;
import perennial.jobs.config.OwnEnvironmentSection;
import perennial.learning.event.EventSource;
import perennial.learning.learner.ActingLearner;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.streaming.learn.InJobSources;

/** The sources that the learners of a configuration have to themselves. */
final class ConfiguredSources implements InJobSources {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, OwnEnvironmentSection> environments = new TreeMap<>();
    private final TreeMap<String, LabelsSection> labels = new TreeMap<>();
    private final String engine;

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
            return new LabelSource(LabelStream.open(labels.get(spec.name()).spec()));
        }
        return new ActorSource(
                environment.team(spec.streams().get(0), (TaskSpec.ActionValues) spec.task()),
                environment.maxLead(),
                environment.policyEvery(),
                spec,
                (ActingLearner) learner,
                engine);
    }

    @Override
    public long mostEvents(LearnerSpec spec) {
        OwnEnvironmentSection environment = environments.get(spec.name());
        return environment == null ? labels.get(spec.name()).spec().length() : environment.mostRecords();
    }
}
