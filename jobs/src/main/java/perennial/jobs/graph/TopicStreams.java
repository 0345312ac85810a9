package perennial.jobs.graph;

import java.util.Map;
import java.util.Properties;
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
import perennial.streaming.types.RawRecord;

/** The ends of every job on Kafka: what it reads from topics and writes to them, and the checkpoints that hold both together. */
final class TopicStreams {

    /** Longer than a restart may take, and less than the most that brokers allow unless told otherwise (15 minutes). */
    private static final String TRANSACTION_TIMEOUT_MS = "600000";

    /** What Kafka's producers take unless they are told otherwise. */
    private static final int KAFKA_REQUEST_BYTES = 1 << 20;

    private static final int KAFKA_BUFFER_BYTES = 32 << 20;

    /**
     * Nobody sees a record before its transaction is committed, and a commit sends what has been waiting. So records wait for others:
     * larger and fewer requests take a fifth off what a dead letter costs.
     */
    private static final String TRANSACTION_LINGER_MS = "100";

    private static final String TRANSACTION_BATCH_BYTES = Integer.toString(256 << 10);

    /** Without checkpoints nothing written exactly once would ever become visible. */
    private static final long CHECKPOINT_INTERVAL_MS = 10_000;

    private TopicStreams() {}

    /** Prepares a job on Kafka. Checkpoints are taken every ten seconds unless the options of {@code environment} say otherwise. */
    static void prepare(StreamExecutionEnvironment environment, Configuration configuration) {
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
    }

    /** A transaction that the broker aborts before its checkpoint would end every attempt of the job. */
    private static void requireLongTransactions(StreamExecutionEnvironment environment, Configuration configuration) {
        String timeout = producer(configuration).getProperty("transaction.timeout.ms");
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

    /** The records of {@code topic} as they are, from {@code start} on where the job has no state. */
    static KafkaSourceBuilder<RawRecord> source(Configuration configuration, String topic, OffsetsInitializer start) {
        Map<String, String> client = ClientRole.CONSUMER.of(configuration.kafka());
        return KafkaSource.<RawRecord>builder()
                .setProperties(properties(client))
                .setProperty("isolation.level", client.getOrDefault("isolation.level", "read_committed"))
                .setGroupId(configuration.consumerGroup())
                .setTopics(topic)
                .setStartingOffsets(start)
                .setDeserializer(new RawRecordDeserialization());
    }

    /** Writes {@code records} with the delivery that is configured; {@code name} is the sink's uid, and part of its transactions' ids. */
    static <T> DataStreamSink<T> add(
            DataStream<T> records, String name, Configuration configuration, TopicSerialization<T> serialization) {
        Properties producer = producer(configuration);
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

    /** Settings of the producers of a job: those that the configuration has, over ours. */
    static Properties producer(Configuration configuration) {
        Properties producer = new Properties();
        producer.put("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        // A record that the producer refuses would stop the job, so it takes the largest that there can be.
        int largest = configuration.limits().maxRecordBytes() + TopicPlan.OVERHEAD_BYTES;
        producer.put("max.request.size", Integer.toString(Math.max(KAFKA_REQUEST_BYTES, largest)));
        producer.put("buffer.memory", Integer.toString(Math.max(KAFKA_BUFFER_BYTES, largest)));
        if (configuration.delivery() == Delivery.EXACTLY_ONCE) {
            producer.put("linger.ms", TRANSACTION_LINGER_MS);
            producer.put("batch.size", TRANSACTION_BATCH_BYTES);
        }
        producer.putAll(ClientRole.PRODUCER.of(configuration.kafka()));
        return producer;
    }

    private static Properties properties(Map<String, String> kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return properties;
    }
}
