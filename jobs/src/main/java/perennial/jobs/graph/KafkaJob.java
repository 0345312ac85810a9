package perennial.jobs.graph;

import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Delivery;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.LearnerStreams;
import perennial.streaming.LearnerTopology;
import perennial.streaming.TopologySpec;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.learn.LearnerFactory;
import perennial.streaming.types.RawRecord;

/**
 * The job between Kafka topics: events in, learners, metrics, policies and dead letters out. Learners that make their events
 * themselves take none in.
 */
public final class KafkaJob {

    /** Longer than a restart may take, and less than the most that brokers allow unless told otherwise (15 minutes). */
    private static final String TRANSACTION_TIMEOUT_MS = "600000";

    private KafkaJob() {}

    /** Without checkpoints nothing written exactly once would ever become visible. */
    private static final long CHECKPOINT_INTERVAL_MS = 10_000;

    /** Adds the job to {@code environment}. Checkpoints are taken every ten seconds unless its options say otherwise. */
    public static void describe(StreamExecutionEnvironment environment, Configuration configuration) {
        describe(environment, configuration, new EngineLearners(configuration.engineName()));
    }

    /** As {@link #describe(StreamExecutionEnvironment, Configuration)}, with learners that come from {@code factory}. */
    public static void describe(
            StreamExecutionEnvironment environment, Configuration configuration, LearnerFactory factory) {
        if (!environment.getCheckpointConfig().isCheckpointingEnabled()) {
            environment.enableCheckpointing(CHECKPOINT_INTERVAL_MS);
        }
        TopologySpec spec = new TopologySpec(
                configuration.learnerSpecs(),
                configuration.engineName(),
                configuration.limits().maxRecordBytes(),
                false,
                configuration.publications());
        LearnerStreams streams = configuration.hasOwnSources()
                ? LearnerTopology.build(environment, spec, factory, new ConfiguredSources(configuration))
                : LearnerTopology.build(records(environment, configuration), spec, factory);

        // In a thread of its own, as predictions are: at a checkpoint they wait for the broker, which learners need not
        // wait for.
        add(
                        streams.metrics(),
                        "metrics",
                        configuration,
                        new LearnerRecordSerialization<>(configuration.topics().metrics(), configuration.format()))
                .disableChaining();
        add(
                streams.deadLetters(),
                "dead-letters",
                configuration,
                new DeadLetterSerialization(configuration.topics().deadLetters()));
        if (configuration.learnerSpecs().stream().anyMatch(LearnerSpec::predictions)) {
            add(
                            streams.predictions(),
                            "predictions",
                            configuration,
                            new LearnerRecordSerialization<>(
                                    configuration.topics().predictions(), configuration.format()))
                    .disableChaining();
        }
        if (!configuration.publications().isEmpty()) {
            // Actors act with a policy as soon as it is there. In a transaction it would come with the next checkpoint,
            // and
            // nobody is hurt by a policy that comes twice: it is the same. Nor is it to lie in a buffer on its way to
            // another thread.
            add(
                    streams.policies(),
                    "policies",
                    configuration.withDelivery(Delivery.AT_LEAST_ONCE),
                    new PolicySerialization(configuration.topics().policies()));
        }
    }

    private static DataStream<RawRecord> records(StreamExecutionEnvironment environment, Configuration configuration) {
        KafkaSource<RawRecord> source = KafkaSource.<RawRecord>builder()
                .setProperties(properties(configuration.kafka()))
                .setProperty("isolation.level", configuration.kafka().getOrDefault("isolation.level", "read_committed"))
                .setGroupId(configuration.kafka().getOrDefault("group.id", configuration.name()))
                .setTopics(configuration.topics().events())
                // Offsets are part of the job's state; without a state it starts with the oldest event there is.
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new RawRecordDeserialization())
                .build();
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "events")
                .uid("events");
    }

    private static <T> DataStreamSink<T> add(
            DataStream<T> records,
            String name,
            Configuration configuration,
            KafkaRecordSerializationSchema<T> serialization) {
        KafkaSinkBuilder<T> sink = KafkaSink.<T>builder()
                .setKafkaProducerConfig(properties(configuration.kafka()))
                .setRecordSerializer(serialization);
        if (configuration.delivery() == Delivery.EXACTLY_ONCE) {
            sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    .setTransactionalIdPrefix(configuration.name() + "-" + name)
                    // A few transactional ids used in turn, rather than a new one on the broker for each checkpoint.
                    .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING);
            if (!configuration.kafka().containsKey("transaction.timeout.ms")) {
                sink.setProperty("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
            }
        } else {
            sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
        }
        return records.sinkTo(sink.build()).name(name).uid(name);
    }

    private static Properties properties(Map<String, String> kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return properties;
    }
}
