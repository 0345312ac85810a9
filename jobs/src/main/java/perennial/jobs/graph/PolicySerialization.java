package perennial.jobs.graph;

import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import perennial.jobs.kafka.TopicKeys;
import perennial.schemas.RecordCodec;

/**
 * Writes what actors are told: policies and progress, each under the key that compaction is to keep the last record of, and all
 * of one learner in the partition of the learner's name, where actors look for them in order.
 */
final class PolicySerialization implements TopicSerialization<SpecificRecord> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    /** Made where the job runs: it cannot travel with the job. */
    private transient RecordCodec codec;

    PolicySerialization(String topic) {
        this.topic = topic;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(SpecificRecord record, KafkaSinkContext context, Long timestamp) {
        if (codec == null) {
            codec = new RecordCodec();
        }
        byte[] learner = record.get(record.getSchema().getField("learner").pos())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        int partitions = context.getPartitionsForTopic(topic).length;
        return new ProducerRecord<>(
                topic,
                BuiltInPartitioner.partitionForKey(learner, partitions),
                TopicKeys.of(record),
                codec.encode(record));
    }
}
