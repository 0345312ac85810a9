package perennial.jobs.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import perennial.jobs.Secrets;
import perennial.jobs.UserException;

/**
 * Reads YAML text into {@link Node}s. It reads tokens, never objects, so a document cannot make any class be loaded; tags,
 * anchors and aliases are refused, and so are keys written twice.
 */
final class YamlReader {

    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            // On by default, but not in a factory that is built.
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();

    /** Characters of a value, of which certificates have the most. */
    private static final int MAX_VALUE = 64 * 1024;

    private static final int MAX_KEY = 1000;

    private static final Pattern LINE = Pattern.compile("^ in 'reader', line (\\d{1,9})", Pattern.MULTILINE);

    private final String source;
    private final Problems problems;

    private YamlReader(String source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    /** The document in {@code text}, or null if there is none or it is no YAML; then {@code problems} says why. */
    static Node read(String text, String source, Problems problems) {
        YamlReader reader = new YamlReader(source, problems);
        try (YAMLParser parser = FACTORY.createParser(text)) {
            return reader.document(parser);
        } catch (JsonProcessingException e) {
            problems.add(reader.placeOf(e), "the text must be YAML: " + reasonOf(e));
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The document in {@code text} as keys and values; none where there is no document.
     *
     * @throws UserException if it is anything else, or there was trouble before: further errors would only be its echoes
     */
    static Node.Mapping readMapping(String text, String source, Problems problems) {
        Node document = read(text, source, problems);
        Node.Mapping written = new Node.Mapping(new Place(source, 0), Map.of());
        if (document instanceof Node.Mapping mapping) {
            written = mapping;
        } else if (document != null && !(document instanceof Node.Scalar scalar && scalar.empty())) {
            problems.add(
                    document.place(), "a configuration must be lines of key: value: found=" + document.description());
        }
        problems.throwIfAny();
        return written;
    }

    private Node document(YAMLParser parser) throws IOException {
        Node node = parser.nextToken() == null ? null : node(parser, place(parser.currentTokenLocation()));
        if (node != null && parser.nextToken() != null) {
            problems.add(
                    place(parser.currentTokenLocation()), "a configuration is one document; remove what follows ---");
        }
        return node;
    }

    /** @param place of the key before the value, since that is the line to look at */
    private Node node(YAMLParser parser, Place place) throws IOException {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            problems.add(
                    place,
                    "anchors and aliases (& and *) are not read; write the values out, and text with a * in quotes");
        }
        if (parser.getTypeId() != null) {
            // The tag is not repeated: it may be a password that nobody has put in quotes.
            problems.add(place, "tags are not read; remove the tag, or put text that begins with ! in quotes");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(parser, place);
            case START_ARRAY -> sequence(parser, place);
            case VALUE_NULL -> new Node.Scalar(place, "", true);
            default -> scalar(parser.getText(), place);
        };
    }

    private Node.Scalar scalar(String text, Place place) {
        if (text.length() > MAX_VALUE) {
            problems.add(place, "a value may have at most " + MAX_VALUE + " characters: characters=" + text.length());
            return new Node.Scalar(place, text.substring(0, MAX_VALUE), false);
        }
        return new Node.Scalar(place, text, false);
    }

    private Node mapping(YAMLParser parser, Place place) throws IOException {
        Map<String, Node> entries = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Place here = place(parser.currentTokenLocation());
            if (key.length() > MAX_KEY) {
                problems.add(here, "a key may have at most " + MAX_KEY + " characters: characters=" + key.length());
                key = key.substring(0, MAX_KEY);
            }
            parser.nextToken();
            Node value = node(parser, here);
            Place before = places.putIfAbsent(key, here);
            if (holdsItsValue(key)) {
                problems.add(
                        here,
                        "a key and its value stand apart, as in key: value: key=" + key.replaceFirst("[:=].*", ""));
            } else if (before == null) {
                entries.put(key, value);
            } else {
                problems.add(
                        here, "a key may be written once only: key=" + key + "; it is also in line " + before.line());
            }
        }
        return new Node.Mapping(place, entries);
    }

    /** Whether the space after the colon was forgotten, so that what may be a secret looks like the end of a key. */
    private static boolean holdsItsValue(String key) {
        return Secrets.looksSecret(key) && (key.contains(":") || key.contains("="));
    }

    private Node sequence(YAMLParser parser, Place place) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser, place(parser.currentTokenLocation())));
        }
        return new Node.Sequence(place, items);
    }

    /** The last line that the message names; the exception's own location is where the last token was read. */
    private Place placeOf(JsonProcessingException e) {
        int line = 0;
        Matcher matcher = LINE.matcher(e.getOriginalMessage());
        while (matcher.find()) {
            line = Integer.parseInt(matcher.group(1));
        }
        return line > 0 ? new Place(source, line) : place(e.getLocation());
    }

    /** The message without the indented excerpts of the text, which may hold secrets. */
    private static String reasonOf(JsonProcessingException e) {
        return e.getOriginalMessage()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
    }

    private Place place(JsonLocation location) {
        return new Place(source, location == null ? 0 : Math.max(0, location.getLineNr()));
    }
}
