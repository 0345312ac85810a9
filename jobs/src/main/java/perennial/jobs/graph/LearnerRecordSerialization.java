package perennial.jobs.graph;

import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import perennial.jobs.config.Format;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;

/** Writes what a learner says, keyed by the learner's name, so that one learner's records keep their order. */
final class LearnerRecordSerialization<T extends SpecificRecord> implements TopicSerialization<T> {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private final Format format;

    /** Made where the job runs: it cannot travel with the job. */
    private transient RecordCodec codec;

    LearnerRecordSerialization(String topic, Format format) {
        this.topic = topic;
        this.format = format;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(T record, KafkaSinkContext context, Long timestamp) {
        String learner =
                record.get(record.getSchema().getField("learner").pos()).toString();
        return new ProducerRecord<>(topic, learner.getBytes(StandardCharsets.UTF_8), encode(record));
    }

    private byte[] encode(T record) {
        if (format == Format.JSON) {
            return JsonRecords.toJsonBytes(record);
        }
        if (codec == null) {
            codec = new RecordCodec();
        }
        return codec.encode(record);
    }
}
