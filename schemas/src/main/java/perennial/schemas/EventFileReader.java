package perennial.schemas;

import java.io.Closeable;
import java.io.IOException;

/**
 * The records of a file of events, one after the other, as the bytes that {@link EventDecoder} takes. They are not
 * decoded here, so that a bad line can be set aside with its very bytes. Not thread-safe.
 */
public sealed interface EventFileReader extends Closeable permits JsonEventFile, AvroEventFile {

    /**
     * One record of a file.
     *
     * @param ordinal number of the line or of the Avro record, counted from 0
     * @param bytes a line's bytes without the end of the line; an Avro record as {@link RecordCodec} encodes it
     */
    record FileRecord(long ordinal, byte[] bytes) {}

    /**
     * The next record, or null at the end of the file.
     *
     * @throws UndecodableRecordException if the file is damaged so that no later record can be found
     * @throws IOException if the file cannot be read
     */
    FileRecord next() throws IOException;
}
