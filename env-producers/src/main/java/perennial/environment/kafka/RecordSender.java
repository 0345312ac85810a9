package perennial.environment.kafka;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends the records of a stream in order. One record that cannot be written ends it: nothing after that record is sent, so the
 * topic never holds a gap.
 */
final class RecordSender implements Callback {

    private final Producer<byte[], byte[]> producer;
    private final TopicPartition partition;
    private final byte[] key;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** Offset behind the last record that the broker has; written by the client's thread. */
    private final AtomicLong offset;

    /** Records that the broker took; written by the client's thread. */
    private final AtomicLong published = new AtomicLong();

    /** @param offset offset on the topic that no record to be sent lies before */
    RecordSender(Producer<byte[], byte[]> producer, TopicPartition partition, byte[] key, long offset) {
        this.producer = producer;
        this.partition = partition;
        this.key = key;
        this.offset = new AtomicLong(offset);
    }

    void send(byte[] value) throws PublicationException {
        check();
        try {
            producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), key, value), this);
        } catch (IllegalStateException | KafkaException e) {
            // A client that was closed because of a failure says only that it is closed.
            check();
            throw e;
        }
    }

    /** Waits until the broker has all that was sent. */
    void flush() throws PublicationException {
        check();
        producer.flush();
        check();
    }

    /** @throws PublicationException if a record was not taken, with what Kafka said of the first one */
    void check() throws PublicationException {
        if (failure.get() != null) {
            throw new PublicationException(failure.get());
        }
    }

    /** Offset on the topic that no record still to be sent lies before. */
    long offset() {
        return offset.get();
    }

    /** Records that the broker took. */
    long published() {
        return published.get();
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception exception) {
        if (exception == null) {
            offset.set(metadata.offset() + 1);
            published.incrementAndGet();
        } else if (failure.compareAndSet(null, exception)) {
            // Called by the client's own thread, before it sends the next batch: closing here is what keeps it from
            // that.
            producer.close(Duration.ZERO);
        }
    }
}
