package perennial.jobs.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.common.acl.AclOperation;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Delivery;
import perennial.jobs.config.LearnerSection;

/** The topics that a job, or the watch over it, reads and writes, before it starts. */
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
     * Makes sure that those are there which the job cannot do without, and that it may use them, so that trouble shows before it
     * starts rather than in its restarts.
     */
    public static void require(Configuration configuration) {
        Rights.require(
                KafkaConnection.of(configuration.kafka()),
                "run the job " + configuration.name(),
                rights(configuration));
    }

    /** {@link #require} for the watch over what the job of {@code configuration} reports. */
    public static void requireForWatch(Configuration configuration) {
        Configuration watch = configuration.ofWatch();
        List<Right> rights = new ArrayList<>();
        rights.add(Right.topic(
                ClientRole.CONSUMER, AclOperation.READ, watch.topics().metrics()));
        rights.add(Right.group(watch.consumerGroup()));
        written(watch, "alerts", watch.topics().alerts(), rights);
        // They are printed as they come.
        rights.add(Right.topic(
                ClientRole.CONSUMER, AclOperation.READ, watch.topics().alerts()));
        written(watch, "dead-letters", watch.topics().deadLetters(), rights);
        Rights.require(
                KafkaConnection.of(watch.kafka()), "watch " + watch.topics().metrics(), rights);
    }

    /** What a job needs to be allowed; docs/security.md lists it. */
    static List<Right> rights(Configuration configuration) {
        List<Right> rights = new ArrayList<>();
        if (!configuration.hasOwnSources()) {
            rights.add(Right.topic(
                    ClientRole.CONSUMER,
                    AclOperation.READ,
                    configuration.topics().events()));
            rights.add(Right.group(configuration.consumerGroup()));
        }
        rights.add(Right.topic(
                ClientRole.CONSUMER, AclOperation.READ, configuration.topics().control()));
        written(configuration, "metrics", configuration.topics().metrics(), rights);
        written(configuration, "dead-letters", configuration.topics().deadLetters(), rights);
        if (configuration.delivery() == Delivery.EXACTLY_ONCE || predicts(configuration)) {
            // An exactly-once sink is there even where no learner predicts, and looks for transactions of its own.
            written(configuration, "predictions", configuration.topics().predictions(), rights);
        }
        // A command may ask any learner for its policy.
        rights.add(Right.topic(
                ClientRole.PRODUCER, AclOperation.WRITE, configuration.topics().policies()));
        return rights;
    }

    private static boolean predicts(Configuration configuration) {
        return configuration.learners().stream().anyMatch(LearnerSection::predictions);
    }

    private static void written(Configuration configuration, String sink, String topic, List<Right> rights) {
        rights.add(Right.topic(ClientRole.PRODUCER, AclOperation.WRITE, topic));
        if (configuration.delivery() == Delivery.EXACTLY_ONCE) {
            // Transactions that an earlier run left open are found by asking who writes the topic, which takes Read.
            rights.add(Right.topic(ClientRole.PRODUCER, AclOperation.READ, topic));
            rights.add(Right.transactions(configuration.transactionalIdPrefix(sink) + "-"));
        }
    }
}
