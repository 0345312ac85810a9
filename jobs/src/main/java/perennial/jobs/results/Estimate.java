package perennial.jobs.results;

import java.util.Locale;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean over independent runs, and how sure of it they make us.
 *
 * @param runs number of runs that have the value
 * @param mean their mean; NaN where there is none
 * @param halfWidth half the width of the mean's 95 % confidence interval, t s / sqrt(n) with Student's t of n - 1 degrees of freedom;
 *     NaN for fewer than two runs
 */
public record Estimate(int runs, double mean, double halfWidth) {

    private static final double UPPER_TAIL = 0.975;

    /**
     * The estimate from {@code values}, those that are not finite left out.
     *
     * @param values one value for each run. Not modified.
     */
    public static Estimate of(double... values) {
        int runs = 0;
        double sum = 0;
        for (double value : values) {
            if (Double.isFinite(value)) {
                runs++;
                sum += value;
            }
        }
        if (runs == 0) {
            return new Estimate(0, Double.NaN, Double.NaN);
        }
        double mean = sum / runs;
        if (runs == 1) {
            return new Estimate(1, mean, Double.NaN);
        }
        double squares = 0;
        for (double value : values) {
            if (Double.isFinite(value)) {
                squares += (value - mean) * (value - mean);
            }
        }
        double t = TDistribution.of(runs - 1).inverseCumulativeProbability(UPPER_TAIL);
        return new Estimate(runs, mean, t * Math.sqrt(squares / (runs - 1) / runs));
    }

    /** Lower end of the interval; the mean where there is none. */
    public double low() {
        return Double.isNaN(halfWidth) ? mean : mean - halfWidth;
    }

    /** Upper end of the interval; the mean where there is none. */
    public double high() {
        return Double.isNaN(halfWidth) ? mean : mean + halfWidth;
    }

    /** {@code 0.853 ± 0.012}, without the interval where there is none, and {@code -} without a value. */
    @Override
    public String toString() {
        if (runs == 0) {
            return "-";
        }
        return Double.isNaN(halfWidth) ? number(mean) : number(mean) + " ± " + number(halfWidth);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String format = size == 0 || size >= 0.001 && size < 100 ? "%.3f" : size >= 100 && size < 1e6 ? "%.1f" : "%.2e";
        return String.format(Locale.ROOT, format, value);
    }
}
