package perennial.jobs.kafka;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;

/**
 * Decodes the records of any topic, whether they were written as Avro or as JSON: the first byte tells. Not thread-safe.
 */
public final class TopicRecords {

    private final RecordCodec codec = new RecordCodec();

    /** Whether a record of the dead letters is none, but says that some were sent again. */
    public static boolean isReplayReceipt(ConsumerRecord<byte[], byte[]> record) {
        return ReplayReceipt.is(record);
    }

    /**
     * The record that a Kafka record holds; a dead letter where its headers say so.
     *
     * @throws IllegalArgumentException if it holds none; the message says what was found instead
     */
    public SpecificRecord decode(ConsumerRecord<byte[], byte[]> record) {
        if (DeadLetterHeaders.isDeadLetter(record)) {
            return DeadLetterHeaders.fromRecord(record);
        }
        byte[] value = record.value();
        if (value == null) {
            throw new IllegalArgumentException("a record must have a value: value=null");
        }
        return JsonRecords.isJson(value) ? JsonRecords.parse(value) : codec.decode(value);
    }
}
