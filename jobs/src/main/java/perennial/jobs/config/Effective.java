package perennial.jobs.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import perennial.jobs.Secrets;

/** Turns sections back into text: as YAML for people, as canonical JSON for hashes. */
final class Effective {

    /** Java's own writer of numbers changed in JDK 19; Jackson's writes the shortest text on every JDK. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build());

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .stringQuotingChecker(new PlainWords())
            .build());

    private static final int HASH_DIGITS = 16;

    private Effective() {}

    /** Quotes everything but words that no reader of YAML could take for anything else. */
    private static final class PlainWords extends StringQuotingChecker {
        private static final long serialVersionUID = 1L;
        private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
        private static final Set<String> RESERVED = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

        @Override
        public boolean needToQuoteName(String name) {
            return needToQuoteValue(name);
        }

        @Override
        public boolean needToQuoteValue(String value) {
            return !WORD.matcher(value).matches() || RESERVED.contains(value.toLowerCase(Locale.ROOT));
        }
    }

    /** {@code section} as YAML, keys in the order of the documentation and those that pass through in the alphabet's. */
    static String yaml(Record section, boolean masked) {
        return write(YAML, tree(section, masked));
    }

    /** {@code section} as JSON, keys in the order of the documentation, secrets masked. */
    static String json(Record section) {
        return write(JSON, tree(section, true));
    }

    /** @param without keys of {@code section} that do not count */
    static String hash(Record section, Set<String> without) {
        // What is secret is nobody's identity, and nothing that is derived from it may be shown either.
        Map<String, Object> tree = tree(section, true);
        tree.keySet().removeAll(without);
        byte[] json = write(JSON, sorted(tree)).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json);
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String write(ObjectMapper mapper, Object tree) {
        try {
            return mapper.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, lists and plain values can be written", e);
        }
    }

    private static Map<String, Object> tree(Record section, boolean masked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        String type = Keys.nameOf(section.getClass());
        if (type != null) {
            tree.put(Keys.TYPE, type);
        }
        for (RecordComponent component : section.getClass().getRecordComponents()) {
            Object value = valueOf(section, component);
            if (component.isAnnotationPresent(Inline.class)) {
                tree.putAll(tree((Record) value, masked));
            } else if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
                tree.put(component.getName(), plain(value, masked));
            }
        }
        return tree;
    }

    private static Object valueOf(Record section, RecordComponent component) {
        try {
            return component.getAccessor().invoke(section);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a section's components must be readable: component=" + component, e);
        }
    }

    private static Object plain(Object value, boolean masked) {
        if (value instanceof Optional<?> optional) {
            return plain(optional.get(), masked);
        }
        if (value instanceof Record section) {
            return tree(section, masked);
        }
        if (value instanceof Enum<?> constant) {
            return Spelling.of(constant);
        }
        if (value instanceof String text) {
            return References.escape(text);
        }
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(plain(item, masked)));
            return items;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> texts = new TreeMap<>();
            map.forEach((key, text) -> texts.put(
                    (String) key,
                    References.escape(masked ? Secrets.masked((String) key, (String) text) : (String) text)));
            return texts;
        }
        return value;
    }

    private static Object sorted(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, value) -> sorted.put((String) key, sorted(value)));
            return sorted;
        }
        return tree instanceof List<?> list
                ? list.stream().map(Effective::sorted).toList()
                : tree;
    }
}
