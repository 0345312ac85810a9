package perennial.schemas;

import java.io.IOException;
import java.io.OutputStream;
import java.security.NoSuchAlgorithmException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.Event;

/** Writes events as an Avro object container file. */
final class AvroEventFileWriter implements EventFileWriter {

    private static final int DEFLATE_LEVEL = 6;

    private final DataFileWriter<SpecificRecord> file;

    AvroEventFileWriter(OutputStream out) throws IOException {
        Schema schema = Event.getClassSchema();
        file = new DataFileWriter<>(
                new RecordWriter(schema, new SpecificData(getClass().getClassLoader())));
        file.setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL));
        // Avro would draw the marker between blocks at random, and no two files would ever be equal.
        file.create(schema, out, syncMarker(schema));
    }

    private static byte[] syncMarker(Schema schema) {
        try {
            return SchemaNormalization.parsingFingerprint("MD5", schema);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public void write(Event event) throws IOException {
        try {
            file.append(event);
        } catch (RuntimeException e) {
            // Avro has many exceptions for a field of a wrong type; the event is not in the file.
            throw new IllegalArgumentException("a record must fit its schema: error=" + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
