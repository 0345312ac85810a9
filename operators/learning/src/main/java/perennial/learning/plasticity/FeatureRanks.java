package perennial.learning.plasticity;

/**
 * Six readings of how many dimensions features fill, from the singular values s_1 &gt;= s_2 &gt;= ... of the matrix with a row of features
 * for each input. The names clash in the literature: docs/metrics.md tells them apart. Features that are all 0 have rank 0.
 *
 * @param srank least k with s_1 + ... + s_k &gt;= 99 % of the sum (Kumar et al. 2021; SN)
 * @param approximateRank the same with squares (Yang et al. 2020)
 * @param effectiveRank exponential of the entropy of s / sum (Roy and Vetterli 2007)
 * @param stableRank sum of the squares divided by the largest square
 * @param featureRank number of values above 1 % of the largest (NaP)
 * @param scaledFeatureRank number of values above 0.01 after division by the root of the number of inputs (Lyle et al. 2022)
 */
record FeatureRanks(
        double srank,
        double approximateRank,
        double effectiveRank,
        double stableRank,
        double featureRank,
        double scaledFeatureRank) {

    private static final double DELTA = 0.01;

    /**
     * @param values singular values, greatest first. Not modified.
     * @param inputs rows of the matrix
     */
    static FeatureRanks of(double[] values, int inputs) {
        double[] squares = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            squares[i] = values[i] * values[i];
        }
        double greatest = values.length == 0 ? 0 : values[0];
        return new FeatureRanks(
                leading(values),
                leading(squares),
                effective(values),
                greatest == 0 ? 0 : sum(squares) / squares[0],
                countAbove(values, DELTA * greatest),
                countAbove(values, DELTA * Math.sqrt(inputs)));
    }

    /** Exponential of the entropy of the values' shares; 0 where all are 0. */
    static double effective(double[] values) {
        double sum = sum(values);
        if (sum == 0) {
            return 0;
        }
        double entropy = 0;
        for (double value : values) {
            double share = value / sum;
            entropy -= share > 0 ? share * Math.log(share) : 0;
        }
        return Math.exp(entropy);
    }

    private static double leading(double[] values) {
        double enough = (1 - DELTA) * sum(values);
        double sum = 0;
        int count = 0;
        while (count < values.length && sum < enough) {
            sum += values[count++];
        }
        return count;
    }

    private static double countAbove(double[] values, double limit) {
        int count = 0;
        for (double value : values) {
            count += value > limit ? 1 : 0;
        }
        return count;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
