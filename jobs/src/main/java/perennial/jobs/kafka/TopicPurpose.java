package perennial.jobs.kafka;

import java.util.Locale;
import java.util.Optional;
import perennial.jobs.config.TopicsSection;

/** What a topic is for. Each purpose has one topic, whose name is configured. */
public enum TopicPurpose {
    /** Transitions, labelled examples and label resets, in order for each stream. */
    EVENTS,
    /** Plasticity reports, task summaries and audits of commands. */
    METRICS,
    /** Policy snapshots and learner progress; compacted. */
    POLICIES,
    /** What learners said before they learned. */
    PREDICTIONS,
    /** Records that could not be used. */
    DEAD_LETTERS,
    /** What somebody should look at. */
    ALERTS,
    /** Commands to learners that run. */
    CONTROL;

    /** The name of this purpose's topic. */
    public String nameIn(TopicsSection topics) {
        return switch (this) {
            case EVENTS -> topics.events();
            case METRICS -> topics.metrics();
            case POLICIES -> topics.policies();
            case PREDICTIONS -> topics.predictions();
            case DEAD_LETTERS -> topics.deadLetters();
            case ALERTS -> topics.alerts();
            case CONTROL -> topics.control();
        };
    }

    /** As it is written on the command line, for example {@code dead-letters}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The purpose that is spelt so, or whose topic has this name. */
    public static Optional<TopicPurpose> of(String purposeOrName, TopicsSection topics) {
        for (TopicPurpose purpose : values()) {
            if (purpose.spelling().equals(purposeOrName)
                    || purpose.nameIn(topics).equals(purposeOrName)) {
                return Optional.of(purpose);
            }
        }
        return Optional.empty();
    }
}
