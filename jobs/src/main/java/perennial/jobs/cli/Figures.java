package perennial.jobs.cli;

import java.util.List;
import java.util.Locale;
import perennial.benchmarks.Spread;

/** Measured numbers in the cells of a table. */
final class Figures {

    private Figures() {}

    /** Median, and in brackets the least and the greatest. */
    static String spread(Spread spread) {
        return number(spread.median()) + " (" + number(spread.least()) + ", " + number(spread.greatest()) + ")";
    }

    /** As {@link #spread(Spread)}; a dash where there is nothing. */
    static String spread(List<Double> values) {
        return values.isEmpty() ? "-" : spread(Spread.of(values));
    }

    static String ratio(double dividend, double divisor) {
        return String.format(Locale.ROOT, "%.2f", dividend / divisor);
    }

    static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    static String number(double value) {
        return String.format(
                Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : Math.abs(value) < 1000 ? "%.1f" : "%.0f", value);
    }
}
