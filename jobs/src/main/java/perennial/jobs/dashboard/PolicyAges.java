package perennial.jobs.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.TopicRecords;
import perennial.v1.PolicySnapshot;

/** The newest policy of each learner that publishes any. Thread-safe. */
final class PolicyAges {

    private static final int MAX_LEARNERS = 1000;

    /**
     * A policy.
     *
     * @param version updates that the learner had made
     * @param publishedMs when it was published, in milliseconds since 1970
     */
    record Policy(long version, long publishedMs) {}

    private final TopicRecords records = new TopicRecords();
    private final Map<String, Policy> newest = new TreeMap<>();

    /** Takes in a record of the topic of policies: the first chunk of a policy tells its age, and nothing else is decoded. */
    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || !new String(record.key(), StandardCharsets.UTF_8).endsWith("/0")) {
            return;
        }
        try {
            if (records.decode(record) instanceof PolicySnapshot policy
                    && (newest.size() < MAX_LEARNERS || newest.containsKey(policy.getLearner()))) {
                newest.put(policy.getLearner(), new Policy(policy.getVersion(), record.timestamp()));
            }
        } catch (IllegalArgumentException e) {
            // No policy: whoever acts by policies says so.
        }
    }

    synchronized Map<String, Policy> newest() {
        return Map.copyOf(newest);
    }
}
