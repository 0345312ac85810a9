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
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Delivery;
import perennial.streaming.LearnerStreams;
import perennial.streaming.LearnerTopology;
import perennial.streaming.TopologySpec;
import perennial.streaming.learn.EngineLearners;
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
        RecordTypes.keepKryoOut(environment);
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
                ? LearnerTopology.build(
                        environment,
                        new KafkaControlFeed(
                                configuration.kafka(), configuration.topics().control(), System.currentTimeMillis()),
                        spec,
                        new EngineLearners(spec.engine()),
                        new ConfiguredSources(configuration))
                : LearnerTopology.build(
                        records(environment, configuration),
                        commands(environment, configuration),
                        spec,
                        new EngineLearners(spec.engine()));

        add(
                streams.metrics(),
                "metrics",
                configuration,
                new LearnerRecordSerialization<>(configuration.topics().metrics(), configuration.format()));
        add(
                streams.deadLetters(),
                "dead-letters",
                configuration,
                new DeadLetterSerialization(configuration.topics().deadLetters()));
        // Even where no learner predicts: Flink refuses a savepoint with the state of a sink that is gone, so that it
        // could
        // never be switched off.
        add(
                streams.predictions(),
                "predictions",
                configuration,
                new LearnerRecordSerialization<>(configuration.topics().predictions(), configuration.format()));
        // Actors act with a policy as soon as it is there. In a transaction it would come with the next checkpoint,
        // and nobody is hurt by a policy that comes twice. Any learner may be told to publish one.
        add(
                streams.policies(),
                "policies",
                configuration.withDelivery(Delivery.AT_LEAST_ONCE),
                new PolicySerialization(configuration.topics().policies()));
    }

    private static DataStream<RawRecord> records(StreamExecutionEnvironment environment, Configuration configuration) {
        // Offsets are part of the job's state; without a state it starts with the oldest event there is.
        KafkaSource<RawRecord> source = source(
                        configuration, configuration.topics().events(), OffsetsInitializer.earliest())
                .build();
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "events")
                .uid("events");
    }

    /**
     * Commands that were sent before a job begins are not for it. The time is part of the job, so that one that fails before its first
     * checkpoint reads again what it had read.
     */
    private static DataStream<RawRecord> commands(StreamExecutionEnvironment environment, Configuration configuration) {
        KafkaSource<RawRecord> source = source(
                        configuration,
                        configuration.topics().control(),
                        OffsetsInitializer.timestamp(System.currentTimeMillis()))
                .setClientIdPrefix(configuration.name() + "-control")
                .build();
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "control")
                .setParallelism(1)
                .uid("control");
    }

    private static KafkaSourceBuilder<RawRecord> source(
            Configuration configuration, String topic, OffsetsInitializer start) {
        Map<String, String> client = ClientRole.CONSUMER.of(configuration.kafka());
        return KafkaSource.<RawRecord>builder()
                .setProperties(properties(client))
                .setProperty("isolation.level", client.getOrDefault("isolation.level", "read_committed"))
                .setGroupId(configuration.consumerGroup())
                .setTopics(topic)
                .setStartingOffsets(start)
                .setDeserializer(new RawRecordDeserialization());
    }

    private static <T> void add(
            DataStream<T> records,
            String name,
            Configuration configuration,
            KafkaRecordSerializationSchema<T> serialization) {
        Map<String, String> client = ClientRole.PRODUCER.of(configuration.kafka());
        KafkaSinkBuilder<T> sink = KafkaSink.<T>builder()
                .setKafkaProducerConfig(properties(client))
                .setRecordSerializer(serialization);
        if (configuration.delivery() == Delivery.EXACTLY_ONCE) {
            sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    .setTransactionalIdPrefix(configuration.transactionalIdPrefix(name))
                    // A few transactional ids used in turn, rather than a new one on the broker for each checkpoint.
                    .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING);
            if (!client.containsKey("transaction.timeout.ms")) {
                sink.setProperty("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
            }
            records.sinkTo(new ClosingKafkaSink<>(sink.build())).name(name).uid(name);
        } else {
            sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
            records.sinkTo(sink.build()).name(name).uid(name);
        }
    }

    private static Properties properties(Map<String, String> kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return properties;
    }
}
