package perennial.jobs.kafka;

import java.util.List;

/**
 * A topic as it was found.
 *
 * @param partitions how many it has; 0 where it does not exist
 * @param replicas copies of each partition
 * @param cleanup its cleanup policy; empty where the login may not read settings
 * @param retention how long records are kept, in words; likewise
 * @param problems what is wrong, each with what to do; empty where the topic is as it should be
 */
public record TopicState(
        TopicPlan plan, int partitions, int replicas, String cleanup, String retention, List<String> problems) {

    public TopicState {
        problems = List.copyOf(problems);
    }

    /** Whether the topic is there. */
    public boolean exists() {
        return partitions > 0;
    }
}
