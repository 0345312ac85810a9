package perennial.jobs.files;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import perennial.schemas.JsonRecords;

/**
 * Writes records as JSON lines to one file whose bytes do not depend on the parallelism of what comes before.
 *
 * <p>Records of several learners arrive in an order that the scheduler chooses; those of one learner arrive in theirs. So
 * each learner's lines grow in a part file of their own, in the folder {@code <file>.parts}, and the end of the stream puts the
 * parts together in the order of the learners' names. A checkpoint holds the length of each part, and a restore cuts the
 * parts back to it, so that nothing is written twice. Run it with parallelism 1.
 */
public final class JsonLinesSink<T extends SpecificRecord>
        implements Sink<T>, SupportsWriterState<T, Map<String, Long>> {

    private static final long serialVersionUID = 1L;

    private final String file;

    /** @param file where the whole is written at the end; nothing is written if no record came */
    public JsonLinesSink(Path file) {
        this.file = file.toAbsolutePath().toString();
    }

    @Override
    public StatefulSinkWriter<T, Map<String, Long>> createWriter(WriterInitContext context) throws IOException {
        return new Writer<>(Path.of(file), Map.of());
    }

    @Override
    public StatefulSinkWriter<T, Map<String, Long>> restoreWriter(
            WriterInitContext context, Collection<Map<String, Long>> lengths) throws IOException {
        Map<String, Long> all = new TreeMap<>();
        lengths.forEach(all::putAll);
        return new Writer<>(Path.of(file), all);
    }

    @Override
    public SimpleVersionedSerializer<Map<String, Long>> getWriterStateSerializer() {
        return new LengthsSerializer();
    }

    private static final class Writer<T extends SpecificRecord> implements StatefulSinkWriter<T, Map<String, Long>> {

        private final Path file;
        private final Path folder;
        private final Map<String, Part> parts = new TreeMap<>();

        Writer(Path file, Map<String, Long> lengths) throws IOException {
            this.file = file;
            this.folder = file.resolveSibling(file.getFileName() + ".parts");
            deletePartsExcept(lengths.keySet());
            for (Map.Entry<String, Long> length : lengths.entrySet()) {
                parts.put(length.getKey(), Part.continued(partFile(length.getKey()), length.getValue()));
            }
        }

        @Override
        public void write(T record, Context context) throws IOException {
            String name = partOf(record);
            Part part = parts.get(name);
            if (part == null) {
                Files.createDirectories(folder);
                part = Part.continued(partFile(name), 0);
                parts.put(name, part);
            }
            part.lines.write(JsonRecords.toJson(record).getBytes(StandardCharsets.UTF_8));
            part.lines.write('\n');
        }

        @Override
        public void flush(boolean endOfInput) throws IOException {
            for (Part part : parts.values()) {
                part.lines.flush();
            }
            if (endOfInput && !parts.isEmpty()) {
                assemble();
            }
        }

        @Override
        public List<Map<String, Long>> snapshotState(long checkpointId) throws IOException {
            Map<String, Long> lengths = new TreeMap<>();
            for (Map.Entry<String, Part> part : parts.entrySet()) {
                lengths.put(part.getKey(), part.getValue().persist());
            }
            return List.of(lengths);
        }

        @Override
        public void close() throws IOException {
            for (Part part : parts.values()) {
                part.channel.close();
            }
        }

        private void assemble() throws IOException {
            Path whole = file.resolveSibling(file.getFileName() + ".tmp");
            Files.deleteIfExists(whole);
            // A new file, so that no link that lies there is followed.
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(whole, StandardOpenOption.CREATE_NEW))) {
                for (String name : parts.keySet()) {
                    Files.copy(partFile(name), out);
                }
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        private void deletePartsExcept(Collection<String> kept) throws IOException {
            if (!Files.isDirectory(folder)) {
                return;
            }
            List<Path> keptFiles = kept.stream().map(this::partFile).toList();
            try (Stream<Path> found = Files.list(folder)) {
                found.filter(path -> !keptFiles.contains(path)).forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }

        private Path partFile(String name) {
            return folder.resolve(name + ".jsonl");
        }

        private static String partOf(SpecificRecord record) {
            Schema.Field learner = record.getSchema().getField("learner");
            return learner == null ? "records" : record.get(learner.pos()).toString();
        }
    }

    /** One learner's lines. */
    private record Part(FileChannel channel, OutputStream lines) {

        static Part continued(Path file, long length) throws IOException {
            FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.READ,
                    LinkOption.NOFOLLOW_LINKS);
            if (channel.size() < length) {
                channel.close();
                throw new IOException("the savepoint needs " + length + " bytes of " + file
                        + ", which has fewer: found=" + Files.size(file)
                        + "; resume where the interrupted run left its files, or start anew");
            }
            channel.truncate(length);
            channel.position(length);
            return new Part(channel, new BufferedOutputStream(Channels.newOutputStream(channel)));
        }

        /** Puts everything written on the disk and says how long the part is. */
        long persist() throws IOException {
            lines.flush();
            channel.force(false);
            return channel.position();
        }
    }

    /** Part lengths as a count, then name and length of each. */
    private static final class LengthsSerializer implements SimpleVersionedSerializer<Map<String, Long>> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Map<String, Long> lengths) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(lengths.size());
            for (Map.Entry<String, Long> length : lengths.entrySet()) {
                out.writeUTF(length.getKey());
                out.writeLong(length.getValue());
            }
            return bytes.toByteArray();
        }

        @Override
        public Map<String, Long> deserialize(int version, byte[] serialized) throws IOException {
            if (version != 1) {
                throw new IOException("part lengths were written by a newer version: version=" + version);
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
            Map<String, Long> lengths = new TreeMap<>();
            for (int count = in.readInt(); count > 0; count--) {
                lengths.put(in.readUTF(), in.readLong());
            }
            return lengths;
        }
    }
}
