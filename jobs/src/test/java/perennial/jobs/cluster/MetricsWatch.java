package perennial.jobs.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;
import perennial.v1.PlasticityReport;

/** Follows a metrics topic in a thread of its own and keeps the newest update of each learner. */
final class MetricsWatch implements AutoCloseable {

    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** @param committedOnly whether it sees what is in an open transaction only after its commit */
    MetricsWatch(String bootstrapServers, String topic, boolean committedOnly) {
        thread = new Thread(
                () -> {
                    try (TopicReader reader =
                            new TopicReader(KafkaConnection.to(bootstrapServers), topic, committedOnly)) {
                        reader.read(true, true, new Updates());
                    }
                },
                "metrics-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** The newest update of each learner that has been seen. */
    Map<String, Long> newest() {
        return Map.copyOf(newest);
    }

    /** Whether each learner is further than it was. */
    boolean isBeyond(Map<String, Long> before) {
        return before.entrySet().stream().allMatch(learner -> newest.get(learner.getKey()) > learner.getValue());
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Updates implements TopicReader.Sink {

        private final TopicRecords records = new TopicRecords();

        @Override
        public boolean take(ConsumerRecord<byte[], byte[]> record) {
            if (records.decode(record) instanceof PlasticityReport report) {
                newest.merge(report.getLearner(), report.getUpdate(), Math::max);
            }
            return !stopped;
        }

        @Override
        public boolean paused() {
            return !stopped;
        }
    }
}
