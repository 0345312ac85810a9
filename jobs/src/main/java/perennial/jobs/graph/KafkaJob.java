package perennial.jobs.graph;

import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Delivery;
import perennial.jobs.kafka.TopicPlan;
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

    /** What Kafka's producers take unless they are told otherwise. */
    private static final int KAFKA_REQUEST_BYTES = 1 << 20;

    private static final int KAFKA_BUFFER_BYTES = 32 << 20;

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
        RecordTypes.keepKryoOut(environment);
        if (!environment.getCheckpointConfig().isCheckpointingEnabled()) {
            environment.enableCheckpointing(CHECKPOINT_INTERVAL_MS);
        }
        if (environment
                .getConfiguration()
                .getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER)
                .isEmpty()) {
            // A full disk is no reason to forget what was learned since the last checkpoint: the job goes on, and says
            // so.
            environment.getCheckpointConfig().setTolerableCheckpointFailureNumber(Integer.MAX_VALUE);
        }
        requireLongTransactions(environment, configuration);
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
                        factory,
                        new ConfiguredSources(configuration))
                : LearnerTopology.build(
                        records(environment, configuration), commands(environment, configuration), spec, factory);

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
        // Even where no learner predicts: Flink refuses a savepoint with the state of a sink that is gone, so that it
        // could never be switched off.
        add(
                        streams.predictions(),
                        "predictions",
                        configuration,
                        new LearnerRecordSerialization<>(configuration.topics().predictions(), configuration.format()))
                .disableChaining();
        // Actors act with a policy as soon as it is there. In a transaction it would come with the next checkpoint,
        // and nobody is hurt by a policy that comes twice. Nor is it to lie in a buffer on its way to another thread.
        // Any
        // learner may be told to publish one.
        add(
                streams.policies(),
                "policies",
                configuration.withDelivery(Delivery.AT_LEAST_ONCE),
                new PolicySerialization(configuration.topics().policies()));
    }

    /** A transaction that the broker aborts before its checkpoint would end every attempt of the job. */
    private static void requireLongTransactions(StreamExecutionEnvironment environment, Configuration configuration) {
        String timeout = ClientRole.PRODUCER
                .of(configuration.kafka())
                .getOrDefault("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        long interval = environment.getCheckpointConfig().getCheckpointInterval();
        if (configuration.delivery() == Delivery.EXACTLY_ONCE
                && timeout.matches("\\d{1,18}")
                && Long.parseLong(timeout) <= interval) {
            throw UserException.usage(
                    "a transaction must be allowed to last longer than from one checkpoint to the next:"
                            + " transaction.timeout.ms=" + timeout + " execution.checkpointing.interval=" + interval
                            + "ms; raise transaction.timeout.ms under kafka:, far above the longest time that broker or job may be"
                            + " away");
        }
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

    private static <T> DataStreamSink<T> add(
            DataStream<T> records, String name, Configuration configuration, TopicSerialization<T> serialization) {
        Properties producer = properties(ClientRole.PRODUCER.of(configuration.kafka()));
        producer.putIfAbsent("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        // A record that the producer refuses would stop the job, so it takes the largest that there can be.
        int largest = configuration.limits().maxRecordBytes() + TopicPlan.OVERHEAD_BYTES;
        producer.putIfAbsent("max.request.size", Integer.toString(Math.max(KAFKA_REQUEST_BYTES, largest)));
        producer.putIfAbsent("buffer.memory", Integer.toString(Math.max(KAFKA_BUFFER_BYTES, largest)));
        KafkaSinkBuilder<T> sink =
                KafkaSink.<T>builder().setKafkaProducerConfig(producer).setRecordSerializer(serialization);
        if (configuration.delivery() == Delivery.EXACTLY_ONCE) {
            sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    .setTransactionalIdPrefix(configuration.transactionalIdPrefix(name))
                    // A few transactional ids used in turn, rather than a new one on the broker for each checkpoint.
                    .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING);
            return records.sinkTo(new ExactlyOnceKafkaSink<>(sink.build(), serialization.topic(), producer))
                    .name(name)
                    .uid(name);
        }
        sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
        return records.sinkTo(sink.build()).name(name).uid(name);
    }

    private static Properties properties(Map<String, String> kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return properties;
    }
}
