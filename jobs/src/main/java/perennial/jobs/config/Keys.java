package perennial.jobs.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of a section, as its record declares them. */
final class Keys {

    /** The key that chooses one of the records of a sealed section. */
    static final String TYPE = "type";

    private Keys() {}

    /** The options of {@code section} in order, those of inlined records in their place. */
    static List<RecordComponent> of(Class<?> section) {
        return Arrays.stream(section.getRecordComponents())
                .flatMap(component -> component.isAnnotationPresent(Inline.class)
                        ? of(component.getType()).stream()
                        : Stream.of(component))
                .toList();
    }

    /** The records that a sealed section permits by their names, in the order of their declaration; empty for other types. */
    static Map<String, Class<?>> types(Class<?> section) {
        Map<String, Class<?>> types = new LinkedHashMap<>();
        if (section.isSealed()) {
            for (Class<?> type : section.getPermittedSubclasses()) {
                types.put(nameOf(type), type);
            }
        }
        return types;
    }

    /** The name of one record of a sealed section, or null for other types. */
    static String nameOf(Class<?> section) {
        Type type = section.getAnnotation(Type.class);
        return type == null ? null : type.name();
    }
}
