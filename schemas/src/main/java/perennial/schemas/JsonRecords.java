package perennial.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetter;
import perennial.v1.Event;
import perennial.v1.LearnerProgress;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;

/**
 * The records as JSON objects, one to a line, and back. The key {@code type} says which record it is.
 *
 * <pre>
 * {"type":"example","stream":"s","sequence":0,"features":[0.5,1.0],"label":3}
 * {"type":"example","stream":"s","sequence":1,"featuresBase64":"AAH/","label":[0.25]}
 * {"type":"labelReset","stream":"s","sequence":2,"task":1,"kind":"labelsRedrawn"}
 * {"type":"transition","stream":"s","actor":0,"sequence":0,"episode":0,"observation":[1.0],"action":2,"reward":0.0,"terminal":false,"truncated":false}
 * {"type":"episodeEnd","stream":"s","actor":0,"sequence":1,"episode":0,"return":1.0,"length":1}
 * {"type":"setRate","id":"7","learner":"nap","learningRate":0.001}
 * {"type":"pause","id":"8","learner":"*","atUpdate":5000}
 * </pre>
 *
 * <p>Events: keys may stand in any order; {@code actor}, {@code eventTime}, {@code episode}, {@code kind}, {@code note},
 * {@code terminal}, {@code truncated} and {@code nextObservation} may be left out. Numbers of {@code features},
 * {@code observation} and {@code nextObservation} are always floats; unsigned bytes are given in base64, under the key
 * with {@code Base64} at its end. A {@code label} is a class, or an array of target values.
 *
 * <p>Commands: the type says what is to be done; {@code atUpdate}, {@code note} and what has a default in the schema of the
 * command's body may be left out.
 *
 * <p>The other records ({@code report}, {@code taskSummary}, {@code prediction}, {@code progress}, {@code policy},
 * {@code deadLetter}, {@code controlAudit}, {@code alert}) have the fields of their schemas, in the schema's order; what is null is left out, bytes are base64.
 *
 * <p>In all of them symbols of enumerations are in camel case, and numbers that are not finite are the strings
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"} (read without the quotes too). A number is written with the
 * fewest digits that still give exactly it, so equal records are equal bytes on every JVM. A key that is unknown, missing
 * or there twice is an error. Thread-safe.
 */
public final class JsonRecords {

    /** The types of records that are not events, in the order of their schemas. */
    private static final List<JsonType> TYPES = List.of(
            new JsonType("report", PlasticityReport.getClassSchema()),
            new JsonType("taskSummary", TaskSummary.getClassSchema()),
            new JsonType("policy", PolicySnapshot.getClassSchema()),
            new JsonType("progress", LearnerProgress.getClassSchema()),
            new JsonType("prediction", Prediction.getClassSchema()),
            new JsonType("deadLetter", DeadLetter.getClassSchema()),
            new JsonType("controlAudit", ControlAudit.getClassSchema()),
            new JsonType("alert", PlasticityAlert.getClassSchema()));

    // JDKs before 19 write some numbers with more digits than needed; Jackson's own writer is right on every JDK.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private record JsonType(String name, Schema schema) {}

    /** Reads one JSON object from its brace on. */
    private interface Body {
        SpecificRecord read(JsonParser parser) throws IOException;
    }

    private JsonRecords() {}

    /** Whether the first byte that is no white space opens a JSON object. */
    public static boolean isJson(byte[] bytes) {
        int i = 0;
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            // A byte order mark, as some editors put in front of a file.
            i = 3;
        }
        while (i < bytes.length && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\n' || bytes[i] == '\r')) {
            i++;
        }
        return i < bytes.length && bytes[i] == '{';
    }

    /**
     * The event that a line stands for.
     *
     * @param line one JSON object in UTF-8, without or with white space around it. Not modified.
     * @throws UndecodableRecordException if it is anything else; the message names the key that is wrong
     */
    public static Event parseEvent(byte[] line) {
        return (Event) read(line, JsonEventReader::read);
    }

    /**
     * The event as a line, in UTF-8 and without a newline.
     *
     * @param event Not modified.
     * @throws IllegalArgumentException if a field does not hold what its schema says
     */
    public static byte[] eventLine(Event event) {
        return toJsonBytes(event);
    }

    /**
     * The record that a JSON object stands for.
     *
     * @param bytes one JSON object in UTF-8, of any of the types. Not modified.
     * @throws UndecodableRecordException if it is anything else; the message names the key that is wrong
     */
    public static SpecificRecord parse(byte[] bytes) {
        String type = type(bytes);
        for (JsonType json : TYPES) {
            if (json.name.equals(type)) {
                return read(bytes, parser -> JsonRecordReader.read(parser, json.schema));
            }
        }
        if (JsonEventReader.isType(type)) {
            return parseEvent(bytes);
        }
        if (JsonCommands.isType(type)) {
            return read(bytes, parser -> JsonCommands.read(parser, type));
        }
        Set<String> known = new TreeSet<>(JsonEventReader.types());
        known.addAll(JsonCommands.types());
        TYPES.forEach(json -> known.add(json.name));
        throw new UndecodableRecordException("type must be one that is known: type=" + type + " known=" + known);
    }

    /** {@link #parse(byte[])} of a text. */
    public static SpecificRecord parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The record as one line of JSON.
     *
     * @param record one of the records of {@link Schemas#CURRENT}. Not modified.
     * @throws IllegalArgumentException if it is another record, or a field does not hold what its schema says
     */
    public static String toJson(SpecificRecord record) {
        return new String(toJsonBytes(record), StandardCharsets.UTF_8);
    }

    /** {@link #toJson} in UTF-8. */
    public static byte[] toJsonBytes(SpecificRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            if (record instanceof Event event) {
                JsonEventWriter.write(generator, event);
            } else if (record instanceof ControlCommand command) {
                JsonCommands.write(generator, command);
            } else {
                JsonRecordWriter.write(generator, typeName(record), record);
            }
        } catch (IOException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "a record must fit its schema: record=" + record.getSchema().getFullName() + " error="
                            + e.getMessage(),
                    e);
        }
        return out.toByteArray();
    }

    private static String typeName(SpecificRecord record) {
        for (JsonType json : TYPES) {
            if (json.schema == record.getSchema()) {
                return json.name;
            }
        }
        throw new IllegalArgumentException("only a record of a topic has a JSON form: record="
                + record.getSchema().getFullName());
    }

    private static SpecificRecord read(byte[] bytes, Body body) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw JsonInput.error(parser, "a record must be a JSON object");
            }
            SpecificRecord record = body.read(parser);
            if (parser.nextToken() != null) {
                throw JsonInput.error(parser, "a record must be one JSON object and nothing after it");
            }
            return record;
        } catch (IOException e) {
            throw JsonInput.error(bytes, e);
        }
    }

    /** The value of the key type, wherever it stands. */
    private static String type(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw JsonInput.error(parser, "a record must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isType = "type".equals(parser.currentName());
                parser.nextToken();
                if (isType) {
                    return JsonInput.text(parser);
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw JsonInput.error(bytes, e);
        }
        throw new UndecodableRecordException("a record must have the key type: length=" + bytes.length);
    }
}
