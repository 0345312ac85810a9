package perennial.jobs.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import perennial.v1.PolicySnapshot;

/**
 * Writes each learner's weights to {@code <learner>.safetensors} in one folder, once all chunks of a snapshot have come; a later
 * snapshot replaces an earlier one. Run it with parallelism 1.
 */
public final class WeightsSink implements Sink<PolicySnapshot> {

    private static final long serialVersionUID = 1L;

    private final String folder;

    /** @param folder where the files go; created where it is missing */
    public WeightsSink(Path folder) {
        this.folder = folder.toAbsolutePath().toString();
    }

    @Override
    public SinkWriter<PolicySnapshot> createWriter(WriterInitContext context) throws IOException {
        Path target = Path.of(folder);
        Files.createDirectories(target);
        return new Writer(target);
    }

    private static final class Writer implements SinkWriter<PolicySnapshot> {

        private final Path folder;
        private final Map<String, Chunks> begun = new HashMap<>();

        /** The chunks of one snapshot that have come so far. */
        private record Chunks(long version, ByteArrayOutputStream bytes) {}

        Writer(Path folder) {
            this.folder = folder;
        }

        @Override
        public void write(PolicySnapshot snapshot, Context context) throws IOException {
            if (snapshot.getChunk() == 0) {
                begun.put(snapshot.getLearner(), new Chunks(snapshot.getVersion(), new ByteArrayOutputStream()));
            }
            Chunks chunks = begun.get(snapshot.getLearner());
            if (chunks == null || chunks.version != snapshot.getVersion()) {
                // The head of this snapshot came before a restart: the learner sends a whole one again.
                return;
            }
            byte[] tensors = new byte[snapshot.getTensors().remaining()];
            snapshot.getTensors().duplicate().get(tensors);
            chunks.bytes.write(tensors);
            if (snapshot.getChunk() == snapshot.getChunks() - 1) {
                Path whole = folder.resolve(snapshot.getLearner() + ".safetensors");
                Path begunFile = folder.resolve(snapshot.getLearner() + ".safetensors.tmp");
                Files.deleteIfExists(begunFile);
                // A new file, so that no link that lies there is followed.
                Files.write(begunFile, chunks.bytes.toByteArray(), StandardOpenOption.CREATE_NEW);
                Files.move(begunFile, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                begun.remove(snapshot.getLearner());
            }
        }

        @Override
        public void flush(boolean endOfInput) {
            // A snapshot is written as soon as it is whole.
        }

        @Override
        public void close() {
            begun.clear();
        }
    }
}
