package perennial.jobs.dashboard;

import java.util.List;
import java.util.Optional;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.LearnerSection;
import perennial.jobs.config.TopicsSection;
import perennial.jobs.kafka.KafkaConnection;

/**
 * What a dashboard shows.
 *
 * @param job name of the job
 * @param kafka the cluster with its topics
 * @param topics their names
 * @param learners names of the learners that are known beforehand, in their order
 * @param group consumer group of the job, whose lag is shown
 * @param checkpoints knows the age of the newest checkpoint; empty where nobody does
 */
public record DashboardSource(
        String job,
        KafkaConnection kafka,
        TopicsSection topics,
        List<String> learners,
        String group,
        Optional<CheckpointClock> checkpoints) {

    /** What the job of {@code configuration} writes to the cluster at the other end of {@code kafka}. */
    public static DashboardSource of(Configuration configuration, KafkaConnection kafka) {
        return new DashboardSource(
                configuration.name(),
                kafka,
                configuration.topics(),
                configuration.learners().stream().map(LearnerSection::name).toList(),
                configuration.kafka().getOrDefault("group.id", configuration.name()),
                Optional.empty());
    }

    /** This source, with somebody who knows the age of the newest checkpoint. */
    public DashboardSource withCheckpoints(CheckpointClock clock) {
        return new DashboardSource(job, kafka, topics, learners, group, Optional.of(clock));
    }
}
