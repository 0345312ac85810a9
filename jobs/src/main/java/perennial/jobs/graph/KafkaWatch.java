package perennial.jobs.graph;

import java.time.Instant;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.streaming.watch.WatchTopology;

/** The watch between Kafka topics: metrics in, alerts and dead letters out. */
public final class KafkaWatch {

    private KafkaWatch() {}

    /**
     * Adds the watch to {@code environment}; without a state it begins with the oldest report there is.
     *
     * @param configuration that of the job whose reports are watched
     */
    public static void describe(StreamExecutionEnvironment environment, Configuration configuration) {
        describe(environment, configuration, Instant.EPOCH);
    }

    /** As {@link #describe(StreamExecutionEnvironment, Configuration)}; without a state it begins with what was written since {@code start}. */
    public static void describe(StreamExecutionEnvironment environment, Configuration configuration, Instant start) {
        Configuration watch = configuration.ofWatch();
        TopicStreams.prepare(environment, watch);
        // Like offsets, the time is part of the job: one that fails before its first checkpoint begins there again.
        OffsetsInitializer begin = start.equals(Instant.EPOCH)
                ? OffsetsInitializer.earliest()
                : OffsetsInitializer.timestamp(start.toEpochMilli());
        WatchTopology.Streams streams = WatchTopology.build(
                environment
                        .fromSource(
                                TopicStreams.source(watch, watch.topics().metrics(), begin)
                                        .build(),
                                WatermarkStrategy.noWatermarks(),
                                "metrics")
                        .uid("metrics"),
                watch.watchRules(),
                watch.limits().maxRecordBytes());
        TopicStreams.add(
                streams.alerts(),
                "alerts",
                watch,
                new LearnerRecordSerialization<>(watch.topics().alerts(), watch.format()));
        TopicStreams.add(
                streams.deadLetters(),
                "dead-letters",
                watch,
                new DeadLetterSerialization(watch.topics().deadLetters()));
    }
}
