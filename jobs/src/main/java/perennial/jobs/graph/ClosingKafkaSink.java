package perennial.jobs.graph;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.IOUtils;

/**
 * An exactly-once Kafka sink that closes all its clients. The connector's writer opens an admin client at each start, to look for open
 * transactions, and never closes it: a TaskManager that lives through many restarts of its job keeps a thread and some sockets of each.
 * All else is the connector's, its state included.
 */
final class ClosingKafkaSink<T>
        implements Sink<T>,
                SupportsWriterState<T, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable> {

    private static final long serialVersionUID = 1L;

    private final KafkaSink<T> sink;

    ClosingKafkaSink(KafkaSink<T> sink) {
        this.sink = requireNonNull(sink, "sink");
    }

    @Override
    public ClosingWriter<T> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public ClosingWriter<T> restoreWriter(WriterInitContext context, Collection<KafkaWriterState> state)
            throws IOException {
        return closing(sink.restoreWriter(context, state));
    }

    // Flink's writers may throw anything when they are closed.
    @SuppressWarnings("try")
    private static <T, W extends StatefulSinkWriter<T, KafkaWriterState> & CommittingSinkWriter<T, KafkaCommittable>>
            ClosingWriter<T> closing(W writer) {
        return new ClosingWriter<>(writer, writer);
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
        return sink.createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committables) {
        sink.addPostCommitTopology(committables);
    }

    /** The connector's writer, as two of the things that it is. */
    @SuppressWarnings("try")
    static final class ClosingWriter<T>
            implements StatefulSinkWriter<T, KafkaWriterState>, CommittingSinkWriter<T, KafkaCommittable> {

        /** The connector's name for it; an integration test counts the clients that are left. */
        private static final String ADMIN_CLIENT = "adminClient";

        private final StatefulSinkWriter<T, KafkaWriterState> writer;
        private final CommittingSinkWriter<T, KafkaCommittable> committing;

        private ClosingWriter(
                StatefulSinkWriter<T, KafkaWriterState> writer, CommittingSinkWriter<T, KafkaCommittable> committing) {
            this.writer = writer;
            this.committing = committing;
        }

        @Override
        public void write(T record, Context context) throws IOException, InterruptedException {
            writer.write(record, context);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpoint) throws IOException {
            return writer.snapshotState(checkpoint);
        }

        @Override
        public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
            return committing.prepareCommit();
        }

        @Override
        public void close() throws Exception {
            IOUtils.closeAll(writer, adminClient());
        }

        private AutoCloseable adminClient() throws IllegalAccessException {
            try {
                Field field = writer.getClass().getDeclaredField(ADMIN_CLIENT);
                field.setAccessible(true);
                return (AutoCloseable) field.get(writer);
            } catch (NoSuchFieldException e) {
                // Another version of the connector.
                return null;
            }
        }
    }
}
