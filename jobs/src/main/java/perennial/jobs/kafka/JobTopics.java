package perennial.jobs.kafka;

import java.util.List;
import java.util.OptionalInt;
import perennial.jobs.config.Configuration;

/** The topics that a job reads and writes, before it starts. */
public final class JobTopics {

    private JobTopics() {}

    /** Creates those that are missing, as {@code topics create} does without options. */
    public static void create(Configuration configuration) {
        try (Topics topics = new Topics(KafkaConnection.of(configuration.kafka()))) {
            topics.create(
                    TopicPlan.all(
                            configuration.topics(),
                            OptionalInt.empty(),
                            TopicPlan.EVENT_RETENTION_HOURS,
                            configuration.limits().maxRecordBytes()),
                    (short) -1);
        }
    }

    /**
     * Makes sure that those are there which the job cannot do without, so that trouble shows before it starts rather than in its
     * restarts.
     */
    public static void require(Configuration configuration) {
        try (Topics topics = new Topics(KafkaConnection.of(configuration.kafka()))) {
            for (String topic : List.of(
                    configuration.topics().events(),
                    configuration.topics().metrics(),
                    configuration.topics().policies(),
                    configuration.topics().control(),
                    configuration.topics().deadLetters())) {
                topics.require(topic);
            }
        }
    }
}
