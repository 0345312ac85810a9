package perennial.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ByteBufferInputStream;
import perennial.v1.Event;

/** Reads an Avro object container file of events, whatever version or program wrote it. */
final class AvroEventFile implements EventFileReader {

    /** A file is mapped in pieces, since one buffer has at most 2 GiB. */
    private static final long PIECE = 1L << 30;

    private final Path file;
    private final DataFileStream<SpecificRecord> records;
    private final RecordCodec codec = new RecordCodec();
    private long nextOrdinal;

    AvroEventFile(Path file) throws IOException {
        this.file = file;
        SpecificData model = new SpecificData(getClass().getClassLoader());
        model.setFastReaderEnabled(false);
        try {
            // Of this stream, unlike of a file's, Avro knows how much is left, so no length in a damaged file makes
            // it ask for more memory than the file has bytes.
            ByteBufferInputStream in = new ByteBufferInputStream(map(file));
            records = new DataFileStream<>(in, new RecordReader(null, Event.getClassSchema(), model));
        } catch (IOException | RuntimeException | LinkageError e) {
            // A file may name a compression whose library nobody asked for, which is a LinkageError.
            throw damaged(e);
        }
        String written = records.getSchema().getFullName();
        if (!written.equals(Event.getClassSchema().getFullName())) {
            throw new UndecodableRecordException("a file of events must hold events: file=" + file + " record="
                    + written + " needed=" + Event.getClassSchema().getFullName());
        }
    }

    private static List<ByteBuffer> map(Path file) throws IOException {
        List<ByteBuffer> pieces = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file)) {
            for (long start = 0; start < channel.size(); start += PIECE) {
                pieces.add(channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(PIECE, channel.size() - start)));
            }
        }
        return pieces;
    }

    @Override
    public FileRecord next() {
        SpecificRecord event;
        try {
            if (!records.hasNext()) {
                return null;
            }
            event = records.next();
        } catch (RuntimeException | LinkageError e) {
            throw damaged(e);
        }
        return new FileRecord(nextOrdinal++, codec.encode(event));
    }

    private UndecodableRecordException damaged(Throwable e) {
        return new UndecodableRecordException(
                "an Avro container must be whole and of a known compression: file=" + file + " records read="
                        + nextOrdinal + " error=" + e,
                e);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
