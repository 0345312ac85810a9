package perennial.jobs.dashboard;

import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.jobs.UserException;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;

/**
 * Reads a topic in a thread of its own and goes on for ever: where the topic is missing or the cluster refuses, it says so and tries again.
 * Reads what open transactions have written, too. Thread-safe.
 */
final class TopicFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);

    private static final long RETRY_SECONDS = 3;

    private static final long PATIENCE_MS = 5000;

    private final KafkaConnection connection;
    private final String topic;
    private final OptionalLong last;
    private final Consumer<ConsumerRecord<byte[], byte[]>> taker;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile String trouble = "";
    private volatile long records;

    /**
     * Begins to read.
     *
     * @param last how many of the last records of each partition to begin with; empty for all
     * @param taker takes each record, in the thread of this follower
     */
    TopicFollower(
            KafkaConnection connection,
            String topic,
            OptionalLong last,
            Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        this.connection = connection;
        this.topic = topic;
        this.last = last;
        this.taker = taker;
        this.thread = new Thread(this::follow, "dashboard-" + topic);
        thread.setDaemon(true);
        thread.start();
    }

    /** Why the topic cannot be read, in a sentence; empty where it can. */
    String trouble() {
        return trouble;
    }

    /** Records that were read. */
    long records() {
        return records;
    }

    private void follow() {
        try {
            do {
                read();
            } while (!closed.await(RETRY_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            // It is closed.
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            read(new TopicReader(connection, topic, false));
        } catch (UserException e) {
            trouble = e.getMessage();
        } catch (RuntimeException e) {
            log.warn("the dashboard cannot read a topic and tries again: topic={}", topic, e);
            trouble = "the topic cannot be read: topic=" + topic + " error=" + e;
        }
    }

    private void read(TopicReader reader) {
        try {
            TopicReader.Sink sink = new TopicReader.Sink() {
                @Override
                public void begun() {
                    trouble = "";
                }

                @Override
                public boolean take(ConsumerRecord<byte[], byte[]> record) {
                    taker.accept(record);
                    records++;
                    return open();
                }

                @Override
                public boolean paused() {
                    return open();
                }
            };
            if (last.isPresent()) {
                reader.readLast(last.getAsLong(), sink);
            } else {
                reader.read(true, true, sink);
            }
        } finally {
            // Kafka's client cannot be closed in order by a thread that is interrupted.
            Thread.interrupted();
            reader.close();
        }
    }

    private boolean open() {
        return closed.getCount() > 0;
    }

    /** Lets reading end. */
    void stop() {
        if (open()) {
            closed.countDown();
            // A client may be waiting for a cluster which does not answer.
            thread.interrupt();
        }
    }

    /** Ends reading and waits until it has ended, for some seconds at most. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
