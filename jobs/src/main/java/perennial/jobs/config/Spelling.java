package perennial.jobs.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.CaseUtils;
import perennial.learning.network.Normalisation;

/** How the constants of an enum are written in a configuration. */
final class Spelling {

    private Spelling() {}

    /** {@code exactly-once} for the delivery, {@code layernorm} for a normalisation, {@code leakyRelu} for all others. */
    static String of(Enum<?> constant) {
        String lower = constant.name().toLowerCase(Locale.ROOT);
        if (constant instanceof Delivery) {
            return lower.replace('_', '-');
        }
        if (constant instanceof Normalisation) {
            return lower.replace("_", "");
        }
        return CaseUtils.toCamelCase(lower, false, '_');
    }

    static List<String> all(Class<?> enumeration) {
        return Arrays.stream(enumeration.getEnumConstants())
                .map(constant -> of((Enum<?>) constant))
                .toList();
    }

    /** The constant written {@code text}, or null. */
    static Object parse(Class<?> enumeration, String text) {
        return Arrays.stream(enumeration.getEnumConstants())
                .filter(constant -> of((Enum<?>) constant).equals(text))
                .findFirst()
                .orElse(null);
    }
}
