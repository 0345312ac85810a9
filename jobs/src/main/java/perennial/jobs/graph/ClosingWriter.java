package perennial.jobs.graph;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.util.IOUtils;

/**
 * The writer of an exactly-once Kafka sink, which closes all its clients. The connector's opens an admin client at each start, to look
 * for open transactions, and never closes it: a TaskManager that lives through many restarts of its job keeps a thread and some
 * sockets of each.
 */
// Flink's writers may throw anything when they are closed.
@SuppressWarnings("try")
final class ClosingWriter<T>
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

    /** The connector's writer, as the two things that it is. */
    static <T, W extends StatefulSinkWriter<T, KafkaWriterState> & CommittingSinkWriter<T, KafkaCommittable>>
            ClosingWriter<T> closing(W writer) {
        return new ClosingWriter<>(writer, writer);
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
