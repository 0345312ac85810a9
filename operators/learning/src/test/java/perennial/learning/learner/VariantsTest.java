package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * {@link Variants} are complete: of every sealed spec each kind is among them, of every enumeration each word, every yes and no, and of
 * everything else two values at least. Whoever adds something to a spec adds it there, or this fails.
 */
class VariantsTest {

    /** What a learner is called, and not what it does. */
    private static final Set<String> NAMES = Set.of(
            "LearnerSpec.name",
            "LearnerSpec.variant",
            "LearnerSpec.streams",
            "LearnerSpec.provenance",
            "Provenance.configHash",
            "Provenance.codeVersion",
            "Provenance.configuration",
            "Provenance.kept");

    private final Map<String, Set<Object>> seen = new HashMap<>();
    private final Set<Class<?>> seenRecords = new HashSet<>();

    @Test
    void shouldUseEveryPartOfEverySpec() throws ReflectiveOperationException {
        for (LearnerSpec spec : Variants.all().values()) {
            look(spec);
        }
        Set<Class<?>> declared = new LinkedHashSet<>();
        reach(LearnerSpec.class, declared);

        List<String> missing = new ArrayList<>();
        for (Class<?> type : declared) {
            if (!seenRecords.contains(type)) {
                missing.add(type.getName());
                continue;
            }
            for (RecordComponent component : type.getRecordComponents()) {
                String name = type.getSimpleName() + "." + component.getName();
                Set<Object> values = new HashSet<>(seen.get(type.getName() + "." + component.getName()));
                if (component.getType().isEnum()) {
                    Set<Object> absent =
                            new HashSet<>(Arrays.asList(component.getType().getEnumConstants()));
                    absent.removeAll(values);
                    absent.forEach(constant -> missing.add(name + "=" + constant));
                } else if (values.size() < 2 && !NAMES.contains(name)) {
                    missing.add(name + " is always " + values);
                }
            }
        }
        assertThat(declared).hasSizeGreaterThan(30);
        assertThat(missing).as("parts of specs that no variant uses").isEmpty();
    }

    private void look(Object value) throws ReflectiveOperationException {
        if (value instanceof List<?> list) {
            for (Object element : list) {
                look(element);
            }
        }
        if (!(value instanceof Record)) {
            return;
        }
        seenRecords.add(value.getClass());
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            component.getAccessor().setAccessible(true);
            Object part = component.getAccessor().invoke(value);
            seen.computeIfAbsent(value.getClass().getName() + "." + component.getName(), name -> new HashSet<>())
                    .add(part);
            look(part);
        }
    }

    /** Adds every record that a spec can be made of. */
    private static void reach(Type declared, Set<Class<?>> records) {
        if (declared instanceof ParameterizedType list) {
            reach(list.getActualTypeArguments()[0], records);
            return;
        }
        Class<?> type = (Class<?>) declared;
        if (type.isSealed()) {
            for (Class<?> kind : type.getPermittedSubclasses()) {
                reach(kind, records);
            }
        } else if (type.isRecord() && records.add(type)) {
            for (RecordComponent component : type.getRecordComponents()) {
                reach(component.getGenericType(), records);
            }
        }
    }
}
