package perennial.environment.kafka;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import perennial.environment.labels.LabelStream;

/**
 * The sending of a stream's records, in order, until the stream ends or is stopped. One record that cannot be written ends
 * it: nothing after that record is sent, so the topic never holds a gap.
 */
final class Publication implements Callback {

    private static final double NANOS_PER_SECOND = 1e9;

    private final LabelStream stream;
    private final LabelEvents events;
    private final Producer<byte[], byte[]> producer;
    private final TopicPartition partition;
    private final byte[] key;
    private final RateLimit rateLimit;
    private final MonotonicClock clock;
    private final Consumer<Progress> progress;
    private final long progressNanos;

    /** Number of records on the topic; written by the client's thread. */
    private final AtomicLong published = new AtomicLong();

    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private long lastReport;
    private long lastPublished;

    Publication(
            LabelStream stream,
            LabelEvents events,
            Producer<byte[], byte[]> producer,
            TopicPartition partition,
            byte[] key,
            MonotonicClock clock,
            Duration progressInterval,
            Consumer<Progress> progress) {
        this.stream = stream;
        this.events = events;
        this.producer = producer;
        this.partition = partition;
        this.key = key;
        this.rateLimit = new RateLimit(stream.spec().examplesPerSecond(), clock);
        this.clock = clock;
        this.progressNanos = progressInterval.toNanos();
        this.progress = progress;
    }

    /**
     * Sends records from {@code sequence} on and waits until the broker has them all.
     *
     * @param stop asked before every record
     * @throws PublicationException with what Kafka said of the first record that it did not take
     */
    Outcome publishFrom(long sequence, BooleanSupplier stop) throws PublicationException {
        stream.seek(sequence);
        published.set(sequence);
        lastPublished = sequence;
        lastReport = clock.nanoTime();
        boolean finished = false;
        while (!stop.getAsBoolean() && failure.get() == null) {
            if (!stream.next()) {
                finished = true;
                break;
            }
            // A reset is no example: it goes out with the last one before it.
            if (!stream.isReset() && !rateLimit.await(stop)) {
                break;
            }
            send(events.bytes());
            reportIfDue();
        }
        if (failure.get() == null) {
            producer.flush();
        }
        if (failure.get() != null) {
            throw new PublicationException(failure.get());
        }
        report(clock.nanoTime());
        return new Outcome(sequence, published.get(), finished);
    }

    private void send(byte[] value) throws PublicationException {
        try {
            producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), key, value), this);
        } catch (IllegalStateException | KafkaException e) {
            // A client that was closed because of a failure says only that it is closed.
            if (failure.get() != null) {
                throw new PublicationException(failure.get());
            }
            throw e;
        }
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception exception) {
        if (exception == null) {
            published.incrementAndGet();
        } else if (failure.compareAndSet(null, exception)) {
            // Called by the client's own thread, before it sends the next batch: closing here is what keeps it from
            // that.
            producer.close(Duration.ZERO);
        }
    }

    private void reportIfDue() {
        long now = clock.nanoTime();
        if (now - lastReport >= progressNanos) {
            report(now);
        }
    }

    private void report(long now) {
        long count = published.get();
        double seconds = (now - lastReport) / NANOS_PER_SECOND;
        double rate = seconds > 0 ? (count - lastPublished) / seconds : 0;
        lastReport = now;
        lastPublished = count;
        progress.accept(new Progress(count, stream.spec().length(), rate));
    }
}
