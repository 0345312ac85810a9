package perennial.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/**
 * One event being read from JSON: keys come in any order, so all are kept until the object ends, and then the type says
 * which of them had to be there and which could be.
 */
final class JsonEventReader {

    private static final Schema FLOATS = LabelledExample.getClassSchema()
            .getField("features")
            .schema()
            .getTypes()
            .get(1);

    private static final Map<String, Key> KEYS = new HashMap<>();
    private static final Map<String, Type> TYPES = new HashMap<>();

    private enum Key {
        TYPE,
        STREAM,
        SEQUENCE,
        ACTOR,
        EVENT_TIME,
        FEATURES,
        FEATURES_BASE64("featuresBase64"),
        LABEL,
        TASK,
        KIND,
        NOTE,
        OBSERVATION,
        OBSERVATION_BASE64("observationBase64"),
        ACTION,
        REWARD,
        TERMINAL,
        TRUNCATED,
        EPISODE,
        NEXT_OBSERVATION,
        NEXT_OBSERVATION_BASE64("nextObservationBase64"),
        RETURN,
        LENGTH;

        private final String text;

        Key() {
            text = JsonInput.camelCase(name());
        }

        Key(String text) {
            this.text = text;
        }
    }

    private enum Type {
        EXAMPLE(EnumSet.of(Key.LABEL), EnumSet.of(Key.FEATURES, Key.FEATURES_BASE64)),
        LABEL_RESET(EnumSet.of(Key.TASK), EnumSet.of(Key.KIND, Key.NOTE)),
        TRANSITION(
                EnumSet.of(Key.ACTION, Key.REWARD),
                EnumSet.of(
                        Key.OBSERVATION,
                        Key.OBSERVATION_BASE64,
                        Key.TERMINAL,
                        Key.TRUNCATED,
                        Key.EPISODE,
                        Key.NEXT_OBSERVATION,
                        Key.NEXT_OBSERVATION_BASE64)),
        EPISODE_END(EnumSet.of(Key.RETURN, Key.LENGTH), EnumSet.of(Key.EPISODE));

        private final String text = JsonInput.camelCase(name());
        private final List<String> known = new ArrayList<>();
        private final int required;
        private final int allowed;

        Type(Set<Key> required, Set<Key> optional) {
            Set<Key> always = EnumSet.of(Key.TYPE, Key.STREAM, Key.SEQUENCE);
            always.addAll(required);
            Set<Key> all = EnumSet.of(Key.ACTOR, Key.EVENT_TIME);
            all.addAll(always);
            all.addAll(optional);
            all.forEach(key -> known.add(key.text));
            this.required = mask(always);
            this.allowed = mask(all);
        }

        private static int mask(Set<Key> keys) {
            int mask = 0;
            for (Key key : keys) {
                mask |= 1 << key.ordinal();
            }
            return mask;
        }
    }

    static {
        for (Key key : Key.values()) {
            KEYS.put(key.text, key);
        }
        for (Type type : Type.values()) {
            TYPES.put(type.text, type);
        }
    }

    /** One bit for each key that was there. */
    private int seen;

    private Type type;
    private String stream;
    private long sequence;
    private int actor;
    private long eventTime;
    private Object features;
    private Object label;
    private int task;
    private LabelResetKind kind = LabelResetKind.OTHER;
    private String note = "";
    private Object observation;
    private int action;
    private float reward;
    private boolean terminal;
    private boolean truncated;
    private long episode;
    private Object nextObservation;
    private double episodeReturn;
    private long length;

    private JsonEventReader() {}

    static boolean isType(String type) {
        return TYPES.containsKey(type);
    }

    static Set<String> types() {
        return TYPES.keySet();
    }

    /** Reads an object from its brace on. */
    static Event read(JsonParser parser) throws IOException {
        JsonEventReader reader = new JsonEventReader();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Key key = KEYS.get(parser.currentName());
            parser.nextToken();
            if (key == null) {
                throw unknownKey(parser.currentName(), reader.type);
            }
            int bit = 1 << key.ordinal();
            if ((reader.seen & bit) != 0) {
                throw new UndecodableRecordException("a key must be there once: key=" + key.text);
            }
            if (reader.readValue(key, parser)) {
                reader.seen |= bit;
            }
        }
        return reader.event();
    }

    /** Returns false for null, where that says as much as no key at all. */
    private boolean readValue(Key key, JsonParser parser) throws IOException {
        switch (key) {
            case TYPE -> type = readType(parser);
            case STREAM -> stream = JsonInput.text(parser);
            case SEQUENCE -> sequence = JsonInput.longInteger(parser);
            case ACTOR -> actor = JsonInput.integer(parser);
            case EVENT_TIME -> eventTime = JsonInput.longInteger(parser);
            case FEATURES -> features = JsonInput.singles(parser, FLOATS);
            case FEATURES_BASE64 -> features = JsonInput.base64(parser);
            case LABEL -> label = readLabel(parser);
            case TASK -> task = JsonInput.integer(parser);
            case KIND -> kind = readKind(parser);
            case NOTE -> note = JsonInput.text(parser);
            case OBSERVATION -> observation = JsonInput.singles(parser, FLOATS);
            case OBSERVATION_BASE64 -> observation = JsonInput.base64(parser);
            case ACTION -> action = JsonInput.integer(parser);
            case REWARD -> reward = JsonInput.single(parser);
            case TERMINAL -> terminal = JsonInput.truth(parser);
            case TRUNCATED -> truncated = JsonInput.truth(parser);
            case EPISODE -> episode = JsonInput.longInteger(parser);
            case NEXT_OBSERVATION -> {
                if (parser.currentToken() == JsonToken.VALUE_NULL) {
                    return false;
                }
                nextObservation = JsonInput.singles(parser, FLOATS);
            }
            case NEXT_OBSERVATION_BASE64 -> nextObservation = JsonInput.base64(parser);
            case RETURN -> episodeReturn = JsonInput.real(parser);
            case LENGTH -> length = JsonInput.longInteger(parser);
        }
        return true;
    }

    private static Type readType(JsonParser parser) throws IOException {
        Type type = TYPES.get(JsonInput.text(parser));
        if (type == null) {
            throw JsonInput.wrong(parser, "the type of an event, one of " + types());
        }
        return type;
    }

    private static Object readLabel(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> JsonInput.integer(parser);
            case START_ARRAY -> JsonInput.singles(parser, FLOATS);
            default -> throw JsonInput.wrong(parser, "the integer of a class or an array of target values");
        };
    }

    private static LabelResetKind readKind(JsonParser parser) throws IOException {
        String symbol = JsonInput.symbol(JsonInput.text(parser));
        for (LabelResetKind kind : LabelResetKind.values()) {
            if (kind.name().equals(symbol)) {
                return kind;
            }
        }
        throw JsonInput.wrong(
                parser,
                "one of "
                        + Arrays.stream(LabelResetKind.values())
                                .map(kind -> JsonInput.camelCase(kind.name()))
                                .toList());
    }

    private Event event() {
        if (type == null) {
            throw new UndecodableRecordException("an event must have the key type: types=" + types());
        }
        int wrong = seen & ~type.allowed;
        if (wrong != 0) {
            throw unknownKey(Key.values()[Integer.numberOfTrailingZeros(wrong)].text, type);
        }
        int missing = type.required & ~seen;
        if (missing != 0) {
            throw missingKey(Key.values()[Integer.numberOfTrailingZeros(missing)].text);
        }
        Object body =
                switch (type) {
                    case EXAMPLE ->
                        new LabelledExample(oneOf(Key.FEATURES, Key.FEATURES_BASE64, features, true), label);
                    case LABEL_RESET -> new LabelReset(task, kind, note);
                    case TRANSITION ->
                        new Transition(
                                oneOf(Key.OBSERVATION, Key.OBSERVATION_BASE64, observation, true),
                                action,
                                reward,
                                terminal,
                                truncated,
                                episode,
                                oneOf(Key.NEXT_OBSERVATION, Key.NEXT_OBSERVATION_BASE64, nextObservation, false));
                    case EPISODE_END -> new EpisodeEnd(episode, episodeReturn, length);
                };
        return new Event(stream, sequence, actor, eventTime, body);
    }

    private Object oneOf(Key floats, Key bytes, Object value, boolean required) {
        boolean asFloats = (seen & 1 << floats.ordinal()) != 0;
        boolean asBytes = (seen & 1 << bytes.ordinal()) != 0;
        if (asFloats && asBytes) {
            throw new UndecodableRecordException(
                    "only one of two keys can be there: keys=" + floats.text + ", " + bytes.text);
        }
        if (required && !asFloats && !asBytes) {
            throw missingKey(floats.text);
        }
        return value;
    }

    private UndecodableRecordException missingKey(String key) {
        return new UndecodableRecordException("a key is missing: key=" + key + " type=" + type.text);
    }

    private static UndecodableRecordException unknownKey(String key, Type type) {
        return new UndecodableRecordException("a key must be one that its type has: key=" + key
                + (type == null ? " known=" + KEYS.keySet() : " type=" + type.text + " known=" + type.known));
    }
}
