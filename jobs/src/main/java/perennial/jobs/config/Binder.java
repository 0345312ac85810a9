package perennial.jobs.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import perennial.jobs.Secrets;

/**
 * Fills records from {@link Node}s by the {@link Option}s at their components. What does not fit is noted in the {@link Problems},
 * and the rest is read all the same, so that one run finds every error. Used once, for one configuration; not thread-safe.
 */
final class Binder {

    /** No number that a double or long can tell from others is longer. */
    private static final int MAX_DIGITS = 400;

    private static final String INTEGER = "[-+]?(0|[1-9][0-9]*(_[0-9]+)*)";
    private static final String NUMBER = "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?";

    private final Problems problems;
    private final References references;
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();

    Binder(Problems problems, References references) {
        this.problems = problems;
        this.references = references;
    }

    /** The record at the root, or null if anything is wrong with it. */
    <T> T bind(Class<T> root, Node.Mapping mapping) {
        return root.cast(record(root, mapping, "", Set.of()));
    }

    /** What was read at {@code path}, or null if it could not be. */
    <T> T valueAt(String path, Class<T> type) {
        Object value = values.get(path);
        return type.isInstance(value) ? type.cast(value) : null;
    }

    boolean exists(String path) {
        return places.containsKey(path);
    }

    /** The place of {@code path}, or of what is around it where it was not written. */
    Place placeOf(String path) {
        Place place = places.get(path);
        if (place != null) {
            return place;
        }
        int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return end < 0 ? places.get("") : placeOf(path.substring(0, end));
    }

    private Object value(java.lang.reflect.Type type, Option option, Node node, String path) {
        places.put(path, node.place());
        Object value = type instanceof ParameterizedType generic
                ? container(generic, option, node, path)
                : single((Class<?>) type, option, node, path);
        // What an optional holds has been put there already, at the same path.
        if (value != null && !(value instanceof Optional)) {
            values.put(path, value);
        }
        return value;
    }

    private Object container(ParameterizedType type, Option option, Node node, String path) {
        java.lang.reflect.Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            Object value = value(arguments[0], option, node, path);
            return value == null ? null : Optional.of(value);
        }
        if (type.getRawType() == Map.class) {
            return node instanceof Node.Scalar scalar && scalar.empty() ? Map.of() : texts(node, path);
        }
        return node instanceof Node.Scalar scalar && scalar.empty()
                ? List.of()
                : list(arguments[0], option, node, path);
    }

    private List<?> list(java.lang.reflect.Type type, Option option, Node node, String path) {
        if (!(node instanceof Node.Sequence sequence)) {
            return mismatch(node, path, "a list, as in [a, b]");
        }
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Object item = value(type, option, sequence.items().get(i), path + "[" + i + "]");
            if (item != null) {
                items.add(item);
            }
        }
        return items.size() == sequence.items().size() ? List.copyOf(items) : null;
    }

    private Map<String, String> texts(Node node, String path) {
        if (!(node instanceof Node.Mapping mapping)) {
            return mismatch(node, path, "a section (lines of key: value)");
        }
        Map<String, String> texts = new TreeMap<>();
        PassThrough.flatten(mapping, path, problems).entries().forEach((key, value) -> {
            String text = resolved(value, path + "." + key);
            if (text != null) {
                texts.put(key, text);
            }
        });
        return Collections.unmodifiableMap(texts);
    }

    private Object single(Class<?> type, Option option, Node node, String path) {
        if (type == Node.class) {
            // What is written there is read by somebody else.
            return node;
        }
        if (type.isSealed()) {
            return chosen(type, option.defaultValue(), node, path);
        }
        if (type.isRecord()) {
            return node instanceof Node.Scalar scalar && scalar.empty()
                    ? record(type, new Node.Mapping(node.place(), Map.of()), path, Set.of())
                    : record(type, node, path, Set.of());
        }
        String text = resolved(node, path);
        return text == null ? null : scalar(type, option, node, text, path);
    }

    /** The text of a scalar with its references resolved, or null. */
    private String resolved(Node node, String path) {
        if (!(node instanceof Node.Scalar scalar)) {
            return mismatch(node, path, "a single value");
        }
        if (scalar.empty()) {
            problems.add(node.place(), path + " has no value; write one, \"\" for an empty text, or remove the key");
            return null;
        }
        try {
            return references.resolve(scalar.text());
        } catch (IllegalArgumentException e) {
            problems.add(node.place(), path + " " + e.getMessage());
            return null;
        }
    }

    private Object scalar(Class<?> type, Option option, Node node, String text, String path) {
        if (type == String.class) {
            return text;
        }
        if (type == boolean.class) {
            return text.equals("true") || text.equals("false")
                    ? Boolean.valueOf(text)
                    : mismatch(node, path, "true or false");
        }
        if (type.isEnum()) {
            Object constant = Spelling.parse(type, text);
            if (constant == null) {
                problems.add(
                        node.place(),
                        path + " has an unknown value: found=" + node.description()
                                + Nearest.hint(text, Spelling.all(type)));
            }
            return constant;
        }
        return number(type, option, node, text, path);
    }

    private Object number(Class<?> type, Option option, Node node, String text, String path) {
        boolean whole = type != double.class && type != Double.class;
        boolean wide = type == long.class || type == Long.class;
        String limits = Interval.parse(option.range()).inWords();
        String allowed = (whole ? "a whole number" : "a number") + (limits.isEmpty() ? "" : ", " + limits);
        // The expression goes a step deeper with each underscore.
        if (text.length() > MAX_DIGITS || !text.matches(whole ? INTEGER : NUMBER + "|" + INTEGER)) {
            return mismatch(node, path, allowed);
        }
        Number number;
        try {
            String digits = text.replace("_", "");
            // Adding 0.0 makes one zero of the two, so that equal numbers have equal hashes.
            number = !whole
                    ? (Number) (Double.parseDouble(digits) + 0.0)
                    : wide ? (Number) Long.valueOf(digits) : (Number) Integer.valueOf(digits);
        } catch (NumberFormatException e) {
            return mismatch(node, path, allowed + ", of " + (wide ? 64 : 32) + " bits");
        }
        boolean fits = Double.isFinite(number.doubleValue())
                && Interval.parse(option.range()).contains(number.doubleValue());
        return fits ? number : mismatch(node, path, allowed);
    }

    /** One of the records that the sealed {@code section} permits, by the key {@code type}. */
    private Object chosen(Class<?> section, String defaultType, Node node, String path) {
        Map<String, Class<?>> types = Keys.types(section);
        if (!(node instanceof Node.Mapping mapping)) {
            return mismatch(
                    node,
                    path,
                    "a section such as {type: " + types.keySet().iterator().next() + "}");
        }
        Node written = mapping.entries().get(Keys.TYPE);
        // What a list holds has no default of its own.
        if (written == null && !types.containsKey(defaultType)) {
            problems.add(node.place(), path + ".type is needed: allowed: " + String.join(", ", types.keySet()));
            return null;
        }
        String name = written == null ? defaultType : resolved(written, path + "." + Keys.TYPE);
        if (name == null) {
            return null;
        }
        Class<?> type = types.get(name);
        if (type == null) {
            problems.add(
                    written.place(),
                    path + ".type has an unknown value: found=" + written.description()
                            + Nearest.hint(name, types.keySet()));
            return null;
        }
        return record(type, mapping, path, Set.of(Keys.TYPE));
    }

    private Object record(Class<?> type, Node node, String path, Set<String> alsoKnown) {
        if (!(node instanceof Node.Mapping mapping)) {
            return mismatch(node, path, "a section (lines of key: value)");
        }
        places.put(path, node.place());
        Set<String> known = new LinkedHashSet<>(alsoKnown);
        Keys.of(type).stream().map(RecordComponent::getName).forEach(known::add);
        mapping.entries().forEach((key, value) -> {
            if (!known.contains(key)) {
                unknown(type, key, value.place(), path, known);
            }
        });
        return fill(type, mapping, path);
    }

    private Object fill(Class<?> type, Node.Mapping mapping, String path) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = components[i].isAnnotationPresent(Inline.class)
                    ? fill(components[i].getType(), mapping, path)
                    : component(components[i], mapping, path.isEmpty() ? "" : path + ".");
        }
        return Arrays.asList(arguments).contains(null) ? null : construct(type, components, arguments, path);
    }

    private Object component(RecordComponent component, Node.Mapping mapping, String prefix) {
        Option option = component.getAnnotation(Option.class);
        String path = prefix + component.getName();
        Node written = mapping.entries().get(component.getName());
        if (written != null) {
            return value(component.getGenericType(), option, written, path);
        }
        Class<?> type = component.getType();
        if (type == Optional.class) {
            return Optional.empty();
        }
        boolean section = type.isRecord() || type == Map.class || type == Node.class;
        if (option.defaultValue().equals(Option.REQUIRED) && !section) {
            problems.add(mapping.place(), path + " is needed: " + option.description());
            return null;
        }
        Node implied = section || type.isSealed()
                ? new Node.Mapping(mapping.place(), Map.of())
                : type == List.class
                        ? new Node.Sequence(mapping.place(), List.of())
                        : new Node.Scalar(mapping.place(), option.defaultValue(), false);
        return value(component.getGenericType(), option, implied, path);
    }

    private void unknown(Class<?> type, String key, Place place, String path, Set<String> known) {
        String full = path.isEmpty() ? key : path + "." + key;
        for (Class<?> section : type.getInterfaces()) {
            for (Map.Entry<String, Class<?>> other : Keys.types(section).entrySet()) {
                boolean has = Keys.of(other.getValue()).stream()
                        .anyMatch(component -> component.getName().equals(key));
                if (has) {
                    problems.add(
                            place,
                            full + " is a key of type " + other.getKey() + ": type=" + Keys.nameOf(type)
                                    + "; change the type or remove the key");
                    return;
                }
            }
        }
        problems.add(place, full + " is an unknown key" + Nearest.hint(key, known));
    }

    private Object construct(Class<?> type, RecordComponent[] components, Object[] arguments, String path) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                problems.add(placeOf(path), path + ": " + refusal.getMessage());
                return null;
            }
            throw new IllegalStateException("a section could not be built: type=" + type.getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a section must be a record that can be built: type=" + type.getName(), e);
        }
    }

    private <T> T mismatch(Node node, String path, String allowed) {
        problems.add(
                node.place(),
                (path.isEmpty() ? "a configuration" : path) + " must be " + allowed + ": found="
                        + (Secrets.looksSecret(path) ? Secrets.MASK : node.description()));
        return null;
    }
}
