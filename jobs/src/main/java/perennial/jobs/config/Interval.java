package perennial.jobs.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The allowed values of a number, each end included or not, as in {@code [0, 1)} or {@code (0, inf)}.
 *
 * @param low lower end
 * @param lowIncluded whether the lower end is allowed
 * @param high upper end
 * @param highIncluded whether the upper end is allowed
 */
record Interval(double low, boolean lowIncluded, double high, boolean highIncluded) {

    private static final Pattern TEXT = Pattern.compile("([\\[(])(\\S+), (\\S+)([])])");

    static Interval parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("an interval is written as [0, 1): text=" + text);
        }
        return new Interval(
                end(matcher.group(2)),
                matcher.group(1).equals("["),
                end(matcher.group(3)),
                matcher.group(4).equals("]"));
    }

    private static double end(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    boolean contains(double value) {
        return (lowIncluded ? value >= low : value > low) && (highIncluded ? value <= high : value < high);
    }

    /** The interval in words, or an empty text where every finite number is allowed. */
    String inWords() {
        boolean below = low != Double.NEGATIVE_INFINITY;
        boolean above = high != Double.POSITIVE_INFINITY;
        String lower = (lowIncluded ? "at least " : "more than ") + number(low);
        String upper = (highIncluded ? "at most " : "less than ") + number(high);
        if (below && above) {
            return lower + " and " + upper;
        }
        return below ? lower : above ? upper : "";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
