package perennial.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.Event;

/**
 * The records of every topic as bytes and back, in Avro's single-object encoding: the marker C3 01, the 8-byte
 * fingerprint of the writer's schema (little-endian), the Avro payload. No registry is needed: the schemas of all
 * released versions are at hand (see {@link Schemas}), and what an old version wrote is read as a record of this one.
 *
 * <p>No length in the bytes is believed: what is allocated for a record is bounded by the bytes that are there.
 *
 * <p>Cheap to make and to use again. Not thread-safe: one for each thread.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro, single-object encoding</a>
 */
public final class RecordCodec {

    /** Bytes in front of the payload. */
    static final int HEADER = 10;

    private static final byte MARKER_0 = (byte) 0xC3;
    private static final byte MARKER_1 = 0x01;

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

    /** An output buffer that one large record has blown up beyond this many bytes is not kept. */
    private static final int BUFFER_KEPT = 4 << 20;

    private final SchemaStore furtherWriters;
    private final SpecificData model = new SpecificData(RecordCodec.class.getClassLoader());
    private final Map<Schema, Writer> writers = new IdentityHashMap<>();
    private final Map<String, Schema> readerSchemas = new HashMap<>();
    private final Map<Long, DatumReader<SpecificRecord>> readers = new HashMap<>();

    private ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;
    private long lastFingerprint;
    private DatumReader<SpecificRecord> lastReader;

    private record Writer(byte[] header, DatumWriter<SpecificRecord> writer) {}

    /** A codec that reads what any released version wrote. */
    public RecordCodec() {
        this(new SchemaStore.Cache());
    }

    /**
     * A codec that reads what any released version wrote, and more.
     *
     * @param furtherWriters asked for a schema whose fingerprint is none of a released schema's
     */
    public RecordCodec(SchemaStore furtherWriters) {
        // The fast reader would make an object for every float of an array.
        model.setFastReaderEnabled(false);
        this.furtherWriters = furtherWriters;
        for (Schema schema : Schemas.CURRENT) {
            writers.put(schema, new Writer(header(schema), new RecordWriter(schema, model)));
            readerSchemas.put(schema.getFullName(), schema);
        }
    }

    /** Whether bytes begin as this codec's records do. */
    public static boolean isEncoded(byte[] bytes) {
        return bytes.length >= 2 && bytes[0] == MARKER_0 && bytes[1] == MARKER_1;
    }

    /**
     * The record as bytes.
     *
     * @param record one of the records of {@link Schemas#CURRENT}. Not modified.
     * @throws IllegalArgumentException if it is another record, or a field does not hold what its schema says
     */
    public byte[] encode(SpecificRecord record) {
        Writer writer = writers.get(record.getSchema());
        if (writer == null) {
            throw new IllegalArgumentException("only a record of a topic can be encoded: record="
                    + record.getSchema().getFullName() + " records=" + readerSchemas.keySet());
        }
        if (out.size() > BUFFER_KEPT) {
            out = new ByteArrayOutputStream(2048);
        }
        out.reset();
        out.write(writer.header, 0, HEADER);
        encoder = EncoderFactory.get().binaryEncoder(out, encoder);
        try {
            writer.writer.write(record, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            // Avro has many exceptions for a field of a wrong type, and the encoder is left half-way.
            encoder = null;
            throw new IllegalArgumentException(
                    "a record must fit its schema: record=" + record.getSchema().getFullName() + " error="
                            + e.getMessage(),
                    e);
        }
        return out.toByteArray();
    }

    /**
     * The record that the bytes stand for.
     *
     * @param bytes one whole record. Not modified.
     * @throws UndecodableRecordException if they are anything else
     */
    public SpecificRecord decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * The record that a part of the bytes stands for.
     *
     * @param bytes one whole record from {@code offset} on, {@code length} bytes long. Not modified.
     * @throws UndecodableRecordException if they are anything else
     */
    public SpecificRecord decode(byte[] bytes, int offset, int length) {
        if (length < HEADER || bytes[offset] != MARKER_0 || bytes[offset + 1] != MARKER_1) {
            throw new UndecodableRecordException(
                    "a record must begin with C3 01 and the 8-byte fingerprint of its schema: length=" + length
                            + " first bytes=" + hex(bytes, offset, Math.min(length, HEADER)));
        }
        DatumReader<SpecificRecord> reader = reader(fingerprint(bytes, offset + 2));
        SpecificRecord record;
        int left;
        try {
            decoder = DecoderFactory.get().binaryDecoder(bytes, offset + HEADER, length - HEADER, decoder);
            record = reader.read(null, decoder);
            left = decoder.inputStream().available();
        } catch (IOException | RuntimeException e) {
            // Avro has no one exception for bytes that are no datum: it throws whatever reading them leads to.
            decoder = null;
            throw new UndecodableRecordException(
                    "a record must be a whole datum of its schema: schema=" + lastName() + " length=" + length
                            + " error=" + e,
                    e);
        }
        if (left != 0) {
            throw new UndecodableRecordException("a record must end with its last field: schema=" + lastName()
                    + " length=" + length + " bytes left=" + left);
        }
        return record;
    }

    /**
     * The event that the bytes stand for.
     *
     * @param bytes one whole event. Not modified.
     * @throws UndecodableRecordException if they are anything else
     */
    public Event decodeEvent(byte[] bytes) {
        SpecificRecord record = decode(bytes);
        if (record instanceof Event event) {
            return event;
        }
        throw new UndecodableRecordException(
                "an event is needed: record=" + record.getSchema().getFullName());
    }

    private DatumReader<SpecificRecord> reader(long fingerprint) {
        if (lastReader != null && fingerprint == lastFingerprint) {
            return lastReader;
        }
        DatumReader<SpecificRecord> reader = readers.get(fingerprint);
        if (reader == null) {
            reader = newReader(fingerprint);
            readers.put(fingerprint, reader);
        }
        lastFingerprint = fingerprint;
        lastReader = reader;
        return reader;
    }

    private DatumReader<SpecificRecord> newReader(long fingerprint) {
        Schema writer = writerSchema(fingerprint);
        if (writer == null) {
            throw new UndecodableRecordException(
                    "the fingerprint must be of a schema that this version knows: fingerprint="
                            + Long.toHexString(fingerprint) + " versions=" + Schemas.RELEASES
                            + "; a record of a newer version needs that version to read it");
        }
        Schema reader = readerSchemas.get(writer.getFullName());
        if (reader == null) {
            throw new UndecodableRecordException("a record must be of a topic: record=" + writer.getFullName()
                    + " records=" + readerSchemas.keySet());
        }
        return new RecordReader(writer, reader, model);
    }

    private Schema writerSchema(long fingerprint) {
        Schema schema = Schemas.writer(fingerprint);
        return schema != null ? schema : furtherWriters.findByFingerprint(fingerprint);
    }

    private String lastName() {
        return writerSchema(lastFingerprint).getFullName();
    }

    private static byte[] header(Schema schema) {
        long fingerprint = Schemas.fingerprint(schema);
        byte[] header = new byte[HEADER];
        header[0] = MARKER_0;
        header[1] = MARKER_1;
        for (int i = 0; i < 8; i++) {
            header[2 + i] = (byte) (fingerprint >>> 8 * i);
        }
        return header;
    }

    static long fingerprint(byte[] bytes, int offset) {
        long fingerprint = 0;
        for (int i = 7; i >= 0; i--) {
            fingerprint = fingerprint << 8 | bytes[offset + i] & 0xff;
        }
        return fingerprint;
    }

    static String hex(byte[] bytes, int offset, int length) {
        return HEX.formatHex(bytes, offset, offset + length);
    }
}
