package perennial.jobs.sweep;

import java.util.Arrays;
import perennial.jobs.config.ResultSection;
import perennial.v1.PlasticityReport;

/**
 * One quantity of one learner's reports, gathered as they come and then cut into parts. Reports must come in order; one that comes
 * again has no effect. Not thread-safe.
 */
final class ReportSeries {

    private static final int FIRST_CAPACITY = 64;

    private final Quantity quantity;
    private final boolean returns;
    private final boolean overRecords;
    private double[] places = new double[FIRST_CAPACITY];
    private double[] values = new double[FIRST_CAPACITY];
    private double[] weights = new double[FIRST_CAPACITY];
    private int size;
    private long lastUpdate = -1;
    private int task = -1;
    private long countedEpisodes;
    private double countedReturns;

    /** @param overRecords whether it is over records, not over updates */
    ReportSeries(String value, boolean overRecords) {
        this.quantity = Quantity.named(value);
        this.returns = value.equals(ResultSection.EPISODE_RETURN);
        this.overRecords = overRecords;
    }

    void add(PlasticityReport report) {
        if (report.getUpdate() <= lastUpdate) {
            return;
        }
        lastUpdate = report.getUpdate();
        double weight = 1;
        double value = quantity.of(report);
        if (returns) {
            if (report.getTask() != task) {
                task = report.getTask();
                countedEpisodes = 0;
                countedReturns = 0;
            }
            // A report tells of all episodes of its task; what is new is the difference to the report before.
            weight = report.getEpisodesInTask() - countedEpisodes;
            double sum = report.getEpisodesInTask() == 0 ? 0 : report.getEpisodesInTask() * value;
            value = weight == 0 ? Double.NaN : (sum - countedReturns) / weight;
            countedEpisodes = report.getEpisodesInTask();
            countedReturns = sum;
        }
        append(overRecords ? report.getRecordsSeen() : report.getUpdate(), value, weight);
    }

    private void append(double place, double value, double weight) {
        if (size == places.length) {
            places = Arrays.copyOf(places, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
            weights = Arrays.copyOf(weights, 2 * size);
        }
        places[size] = place;
        values[size] = value;
        weights[size] = weight;
        size++;
    }

    /**
     * The run, which ends with its last report, in {@code parts} of one length: at the end of each the mean over the reports in it,
     * returns weighted by their episodes. There are no more parts than reports.
     */
    Points inParts(int parts) {
        int count = Math.min(parts, size);
        double[] x = new double[count];
        double[] sums = new double[count];
        double[] weight = new double[count];
        double end = size == 0 ? 0 : places[size - 1];
        for (int i = 0; i < count; i++) {
            x[i] = end * (i + 1) / count;
        }
        for (int i = 0; i < size; i++) {
            if (Double.isFinite(values[i])) {
                int part = (int) Math.min(count - 1.0, Math.max(0, Math.ceil(places[i] * count / end) - 1));
                sums[part] += values[i] * weights[i];
                weight[part] += weights[i];
            }
        }
        for (int i = 0; i < count; i++) {
            sums[i] = weight[i] == 0 ? Double.NaN : sums[i] / weight[i];
        }
        return new Points(x, sums);
    }
}
