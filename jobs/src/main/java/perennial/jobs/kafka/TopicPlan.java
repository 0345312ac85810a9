package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import perennial.jobs.config.TopicsSection;

/**
 * How a topic should be.
 *
 * @param partitions how many it is created with
 * @param partitionsNeeded how many it must have to pass a check; empty if any number will do
 * @param maxRecordBytes size of the largest record it must take
 * @param settings Kafka's settings of the topic
 */
public record TopicPlan(
        TopicPurpose purpose,
        String name,
        int partitions,
        OptionalInt partitionsNeeded,
        int maxRecordBytes,
        Map<String, String> settings) {

    /** Partitions of the events topic where none are asked for: as many streams can be read at once. */
    public static final int EVENT_PARTITIONS = 4;

    /** Hours that events are kept where nothing is asked for: a week. */
    public static final long EVENT_RETENTION_HOURS = 7 * 24;

    private static final long OTHER_RETENTION_HOURS = 30 * 24;

    /** Kafka's own limit for a batch, which no topic should be below. */
    private static final int KAFKA_BATCH_BYTES = 1048588;

    /** What a batch with one record has beside key, value and headers, the headers of a dead letter included. */
    public static final int OVERHEAD_BYTES = 16 * 1024;

    public TopicPlan {
        requireNonNull(purpose, "purpose");
        requireNonNull(name, "name");
        requireNonNull(partitionsNeeded, "partitionsNeeded");
        settings = Map.copyOf(settings);
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "a topic must have at least one partition: topic=" + name + " partitions=" + partitions);
        }
    }

    /**
     * A plan for each topic.
     *
     * @param eventPartitions partitions that the events topic must have; empty for {@link #EVENT_PARTITIONS} on creation
     *     and for any number in a check
     * @param eventRetentionHours how long events are kept; -1 for ever
     * @param maxRecordBytes size of the largest record
     */
    public static List<TopicPlan> all(
            TopicsSection topics, OptionalInt eventPartitions, long eventRetentionHours, int maxRecordBytes) {
        List<TopicPlan> plans = new ArrayList<>();
        for (TopicPurpose purpose : TopicPurpose.values()) {
            boolean events = purpose == TopicPurpose.EVENTS;
            Map<String, String> settings = new LinkedHashMap<>();
            // A batch must hold the largest record; a topic that refuses a record stops whoever writes it.
            settings.put(
                    "max.message.bytes",
                    Integer.toString(Math.max(KAFKA_BATCH_BYTES, Math.addExact(maxRecordBytes, OVERHEAD_BYTES))));
            if (purpose == TopicPurpose.POLICIES) {
                settings.put("cleanup.policy", "compact");
                // Kafka never compacts the segment it writes, so one must end now and then.
                settings.put("segment.ms", Long.toString(10 * 60 * 1000));
                settings.put("min.cleanable.dirty.ratio", "0.1");
            } else {
                settings.put("cleanup.policy", "delete");
                settings.put("retention.ms", milliseconds(events ? eventRetentionHours : OTHER_RETENTION_HOURS));
            }
            plans.add(new TopicPlan(
                    purpose,
                    purpose.nameIn(topics),
                    events ? eventPartitions.orElse(EVENT_PARTITIONS) : 1,
                    events ? eventPartitions : OptionalInt.empty(),
                    maxRecordBytes,
                    settings));
        }
        return plans;
    }

    /** Whether the topic keeps only the last record of each key. */
    public boolean compacted() {
        return "compact".equals(settings.get("cleanup.policy"));
    }

    private static String milliseconds(long hours) {
        return Long.toString(hours < 0 ? -1 : Math.multiplyExact(hours, 60L * 60 * 1000));
    }
}
