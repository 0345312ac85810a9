package perennial.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;

/** Reads single values of JSON strictly; what is wrong is named by the place where it stands. */
final class JsonInput {

    private static final int FIRST_CAPACITY = 256;

    private JsonInput() {}

    static String text(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(parser, "a string");
        }
        String text = parser.getText();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                // An escaped half of a pair has no UTF-8, so it would come back as something else.
                if (Character.isLowSurrogate(unit)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw wrong(parser, "a string of whole Unicode characters");
                }
                i++;
            }
        }
        return text;
    }

    static boolean truth(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrong(parser, "true or false");
        };
    }

    static long integer(JsonParser parser, long lowest, long highest) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long value = parser.getLongValue();
            if (value >= lowest && value <= highest) {
                return value;
            }
        }
        throw wrong(parser, "an integer from " + lowest + " to " + highest);
    }

    static int integer(JsonParser parser) throws IOException {
        return (int) integer(parser, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static long longInteger(JsonParser parser) throws IOException {
        return integer(parser, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static float single(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getFloatValue();
        }
        return (float) notFinite(parser);
    }

    static double real(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getDoubleValue();
        }
        return notFinite(parser);
    }

    private static double notFinite(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            switch (parser.getText()) {
                case "NaN" -> {
                    return Double.NaN;
                }
                case "Infinity" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-Infinity" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> {}
            }
        }
        throw wrong(parser, "a number");
    }

    static ByteBuffer base64(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(parser, "a string of base64");
        }
        try {
            return ByteBuffer.wrap(parser.getBinaryValue());
        } catch (JsonProcessingException e) {
            throw wrong(parser, "a string of base64");
        }
    }

    /**
     * An array of numbers, without an object for each.
     *
     * @param schema the schema of an array of floats
     */
    static FloatArray singles(JsonParser parser, Schema schema) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(parser, "an array of numbers");
        }
        FloatArray values = new FloatArray(FIRST_CAPACITY, schema);
        int index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(index++, single(parser));
        }
        return values;
    }

    /** LABELS_REDRAWN for labelsRedrawn, and so on. */
    static String symbol(String camelCase) {
        StringBuilder symbol = new StringBuilder(camelCase.length() + 4);
        for (int i = 0; i < camelCase.length(); i++) {
            char c = camelCase.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                symbol.append('_').append(c);
            } else {
                symbol.append(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
            }
        }
        return symbol.toString();
    }

    /** labelsRedrawn for LABELS_REDRAWN, and so on. */
    static String camelCase(String symbol) {
        StringBuilder camelCase = new StringBuilder(symbol.length());
        boolean capital = false;
        for (int i = 0; i < symbol.length(); i++) {
            char c = symbol.charAt(i);
            if (c == '_') {
                capital = true;
            } else {
                camelCase.append(capital || c < 'A' || c > 'Z' ? c : (char) (c - 'A' + 'a'));
                capital = false;
            }
        }
        return camelCase.toString();
    }

    static UndecodableRecordException wrong(JsonParser parser, String needed) throws IOException {
        return error(parser, name(parser) + " must be " + needed);
    }

    static UndecodableRecordException error(JsonParser parser, String requirement) throws IOException {
        return new UndecodableRecordException(requirement + ": found=" + found(parser) + " column="
                + parser.currentTokenLocation().getColumnNr());
    }

    static UndecodableRecordException error(byte[] bytes, IOException e) {
        String reason =
                e instanceof JsonProcessingException json ? json.getOriginalMessage() : String.valueOf(e.getMessage());
        String column = e instanceof JsonProcessingException json && json.getLocation() != null
                ? " column=" + json.getLocation().getColumnNr()
                : "";
        return new UndecodableRecordException(
                "a record must be well-formed JSON in UTF-8: length=" + bytes.length + column + " error=" + reason, e);
    }

    /** Where the parser stands: features[3], layers[0].deadUnits. */
    static String name(JsonParser parser) {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        if (pointer.isEmpty()) {
            return "a record";
        }
        return pointer.substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');
    }

    private static String found(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "\"" + shortened(parser.getText()) + "\"";
            default -> shortened(parser.getText());
        };
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
