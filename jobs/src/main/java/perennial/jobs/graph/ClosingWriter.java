package perennial.jobs.graph;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.clients.admin.Admin;

/**
 * The writer of an exactly-once Kafka sink, which closes all its clients. The connector's opens an admin client at each start, to look
 * for open transactions, and never closes it, least of all where it is cancelled while it looks: a TaskManager that lives through many
 * restarts of its job keeps a thread and some sockets of each.
 */
// Flink's writers may throw anything when they are closed.
@SuppressWarnings("try")
final class ClosingWriter<T>
        implements StatefulSinkWriter<T, KafkaWriterState>, CommittingSinkWriter<T, KafkaCommittable> {

    // The connector's names; an integration test counts the clients that are left.
    private static final String WRITER = "org.apache.flink.connector.kafka.sink.ExactlyOnceKafkaWriter";
    private static final String ADMIN_CLIENT = "adminClient";

    private final StatefulSinkWriter<T, KafkaWriterState> writer;
    private final CommittingSinkWriter<T, KafkaCommittable> committing;

    private ClosingWriter(
            StatefulSinkWriter<T, KafkaWriterState> writer, CommittingSinkWriter<T, KafkaCommittable> committing) {
        this.writer = writer;
        this.committing = committing;
    }

    /**
     * Opens the writer of {@code sink}. The sink itself builds and opens it in one step, and where that fails, or is cancelled, nobody
     * has the writer to close its admin client.
     */
    @SuppressWarnings("unchecked")
    static <T> ClosingWriter<T> open(KafkaSink<T> sink, WriterInitContext context, Collection<KafkaWriterState> state)
            throws IOException {
        ClosingWriter<T> writer = null;
        try {
            Object built = build(sink, context, state);
            writer = new ClosingWriter<>(
                    (StatefulSinkWriter<T, KafkaWriterState>) built, (CommittingSinkWriter<T, KafkaCommittable>) built);
            Method initialize = built.getClass().getDeclaredMethod("initialize");
            initialize.setAccessible(true);
            initialize.invoke(built);
            return writer;
        } catch (InvocationTargetException e) {
            if (writer != null) {
                // The connector has closed all else.
                writer.closeAdminClient();
            }
            ExceptionUtils.rethrowIOException(e.getCause());
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw anotherVersion(e);
        }
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
        IOUtils.closeAll(writer, this::closeAdminClient);
    }

    /** Without waiting: nobody asks for the answers any more. */
    private void closeAdminClient() {
        try {
            Admin client = (Admin) value(writer, ADMIN_CLIENT);
            if (client != null) {
                client.close(Duration.ZERO);
            }
        } catch (ReflectiveOperationException e) {
            throw anotherVersion(e);
        }
    }

    /** What {@link KafkaSink#restoreWriter} builds before it opens it. */
    private static Object build(KafkaSink<?> sink, WriterInitContext context, Collection<KafkaWriterState> state)
            throws ReflectiveOperationException {
        TransactionNamingStrategy naming = (TransactionNamingStrategy) value(sink, "transactionNamingStrategy");
        Enum<?> abort = (Enum<?>) value(naming, "abortImpl");
        Enum<?> names = (Enum<?>) value(naming, "impl");
        Constructor<?> constructor = Class.forName(WRITER, true, KafkaSink.class.getClassLoader())
                .getDeclaredConstructor(
                        DeliveryGuarantee.class,
                        Properties.class,
                        String.class,
                        WriterInitContext.class,
                        KafkaRecordSerializationSchema.class,
                        SerializationSchema.InitializationContext.class,
                        abort.getDeclaringClass(),
                        names.getDeclaringClass(),
                        Collection.class);
        constructor.setAccessible(true);
        return constructor.newInstance(
                value(sink, "deliveryGuarantee"),
                value(sink, "kafkaProducerConfig"),
                value(sink, "transactionalIdPrefix"),
                context,
                value(sink, "recordSerializer"),
                context.asSerializationSchemaInitializationContext(),
                abort,
                names,
                state);
    }

    private static Object value(Object object, String field) throws ReflectiveOperationException {
        Field found = object.getClass().getDeclaredField(field);
        found.setAccessible(true);
        return found.get(object);
    }

    private static IllegalStateException anotherVersion(ReflectiveOperationException cause) {
        return new IllegalStateException(
                "the Kafka connector is not of the version that Perennial was built with: connector="
                        + KafkaSink.class.getProtectionDomain().getCodeSource() + "; remove it from the class path",
                cause);
    }
}
