package perennial.jobs.files;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.ArrayResultIterator;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import perennial.schemas.EventFileReader;
import perennial.schemas.EventFileReader.FileRecord;
import perennial.schemas.EventFiles;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RawRecordSerializer;

/**
 * Reads a file of events, lines of JSON or an Avro container, as raw records in the order of the file. A position in it is
 * the number of records read, so that a restored reader goes on with the next one. Files are read whole, never in splits.
 */
public final class EventFileFormat implements BulkFormat<RawRecord, FileSourceSplit> {

    private static final long serialVersionUID = 1L;

    private static final int BATCH = 256;

    @Override
    public Reader createReader(Configuration options, FileSourceSplit split) throws IOException {
        return new Reader(split, 0);
    }

    @Override
    public Reader restoreReader(Configuration options, FileSourceSplit split) throws IOException {
        long read = split.getReaderPosition()
                .map(CheckpointedPosition::getRecordsAfterOffset)
                .orElse(0L);
        return new Reader(split, read);
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return RawRecordSerializer.TYPE_INFO;
    }

    /** Reads one file, batch by batch. */
    public static final class Reader implements BulkFormat.Reader<RawRecord> {

        private final String name;
        private final EventFileReader file;
        private long read;

        private Reader(FileSourceSplit split, long skipped) throws IOException {
            Path path = Path.of(split.path().toUri());
            this.name = path.getFileName().toString();
            this.file = EventFiles.open(path);
            while (read < skipped) {
                if (file.next() == null) {
                    file.close();
                    throw new IOException(
                            "the savepoint was taken after more records than the file of events has: file=" + path
                                    + " found=" + read + " needed=" + skipped
                                    + "; resume with the file it was taken with");
                }
                read++;
            }
        }

        @Override
        public RecordIterator<RawRecord> readBatch() throws IOException {
            RawRecord[] batch = new RawRecord[BATCH];
            int count = 0;
            for (FileRecord next; count < BATCH && (next = file.next()) != null; count++) {
                batch[count] = new RawRecord(null, next.bytes(), name, 0, next.ordinal());
            }
            if (count == 0) {
                return null;
            }
            ArrayResultIterator<RawRecord> records = new ArrayResultIterator<>();
            records.set(batch, count, CheckpointedPosition.NO_OFFSET, read);
            read += count;
            return records;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
