package perennial.jobs.sweep;

import java.util.Arrays;

/**
 * Points of one line: places, and the value at each, NaN where there is none.
 *
 * @param x places, ascending. Not modified.
 * @param y values. Not modified.
 */
record Points(double[] x, double[] y) {

    private static final int PARTS = 5;

    /** Mean over the first fifth of all points, at least one. */
    double early() {
        return mean(0, window());
    }

    /** Mean over the last fifth of all points, at least one. */
    double late() {
        return mean(y.length - window(), y.length);
    }

    /** Mean over all points. */
    double all() {
        return mean(0, y.length);
    }

    /** The size of the difference to {@code other} at each place that both have. */
    Points distanceFrom(Points other) {
        int places = Math.min(y.length, other.y.length);
        double[] distances = new double[places];
        for (int i = 0; i < places; i++) {
            distances[i] = Math.abs(y[i] - other.y[i]);
        }
        return new Points(Arrays.copyOf(x, places), distances);
    }

    private int window() {
        return y.length == 0 ? 0 : Math.max(1, y.length / PARTS);
    }

    /** Mean over those of the points {@code from} (included) to {@code to} (not included) that have a value; NaN if none has. */
    private double mean(int from, int to) {
        return Arrays.stream(y, from, to).filter(Double::isFinite).average().orElse(Double.NaN);
    }
}
