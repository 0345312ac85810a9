package perennial.benchmarks;

import java.util.List;

/** Median, least and greatest of some measurements. */
public record Spread(double median, double least, double greatest) {

    /**
     * @param values at least one; the median of an even number is the mean of the two in the middle
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a spread needs a measurement: values=[]");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
