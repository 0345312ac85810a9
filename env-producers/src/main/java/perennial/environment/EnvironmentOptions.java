package perennial.environment;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The options given to an environment, read with their defaults and checked. Not thread-safe. */
public final class EnvironmentOptions {

    private final String environment;
    private final Map<String, String> given;
    private final SortedSet<String> known = new TreeSet<>();

    /**
     * @param environment name of the environment, for messages
     * @param given options by name
     */
    public EnvironmentOptions(String environment, Map<String, String> given) {
        this.environment = environment;
        this.given = Map.copyOf(given);
    }

    /** A probability; {@code otherwise} where it is not given. */
    public double probability(String option, double otherwise) {
        known.add(option);
        String value = given.get(option);
        return value == null ? otherwise : parseProbability(option, value);
    }

    /** True or false; {@code otherwise} where it is not given. */
    public boolean flag(String option, boolean otherwise) {
        known.add(option);
        String value = given.get(option);
        return value == null ? otherwise : parseFlag(option, value);
    }

    /** A whole number of at least {@code smallest}; {@code otherwise} where it is not given. */
    public int count(String option, int smallest, int otherwise) {
        known.add(option);
        String value = given.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            int count = Integer.parseInt(value);
            if (count >= smallest) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(notACount(option, smallest, value), e);
        }
        throw new IllegalArgumentException(notACount(option, smallest, value));
    }

    /** Any text, such as the name of a file; nothing where it is not given. */
    public Optional<String> text(String option) {
        known.add(option);
        return Optional.ofNullable(given.get(option));
    }

    /** One of an enum's constants, written in lower case; {@code otherwise} where it is not given. */
    public <T extends Enum<T>> T choice(String option, T otherwise) {
        known.add(option);
        String value = given.get(option);
        if (value == null) {
            return otherwise;
        }
        T[] constants = otherwise.getDeclaringClass().getEnumConstants();
        for (T constant : constants) {
            if (spelling(constant).equals(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("the option " + option + " must be one of "
                + Arrays.stream(constants).map(EnvironmentOptions::spelling).toList() + ": value=" + value);
    }

    /** Refuses whatever was given and never asked for. Called once all options are read. */
    public void refuseOthers() {
        for (String option : new TreeSet<>(given.keySet())) {
            if (!known.contains(option)) {
                throw new IllegalArgumentException(environment + " has no such option: option=" + option
                        + "; its options are " + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
    }

    /** Reads a probability. */
    public static double parseProbability(String option, String value) {
        try {
            double probability = Double.parseDouble(value);
            if (probability >= 0.0 && probability <= 1.0) {
                return probability;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(notAProbability(option, value), e);
        }
        throw new IllegalArgumentException(notAProbability(option, value));
    }

    /** Reads true or false. */
    public static boolean parseFlag(String option, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("the option " + option + " must be true or false: value=" + value);
        };
    }

    private static String notAProbability(String option, String value) {
        return "the option " + option + " must be a number from 0 to 1: value=" + value;
    }

    private static String notACount(String option, int smallest, String value) {
        return "the option " + option + " must be a whole number from " + smallest + " to " + Integer.MAX_VALUE
                + ": value=" + value;
    }

    private static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
