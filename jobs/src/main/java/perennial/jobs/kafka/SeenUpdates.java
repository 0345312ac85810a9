package perennial.jobs.kafka;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityReport;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;

/**
 * Which records were seen before, by what identifies them: a report by learner and update, a task summary by learner and
 * task, a prediction by learner and example, a dead letter by the place it came from. Takes a few bits for each number,
 * so that a long topic fits. Not thread-safe.
 */
public final class SeenUpdates {

    private static final int PAGE_BITS = 16;

    private record Series(Class<?> type, String owner, String source, long part) {}

    private record Page(Series series, long number) {}

    private final Map<Page, BitSet> pages = new HashMap<>();
    private final Set<SpecificRecord> others = new HashSet<>();

    /** Whether the record is seen for the first time; it is seen from now on. */
    public boolean add(SpecificRecord record) {
        if (record instanceof PlasticityReport report) {
            return add(new Series(PlasticityReport.class, report.getLearner(), "", 0), report.getUpdate());
        }
        if (record instanceof TaskSummary summary) {
            return add(new Series(TaskSummary.class, summary.getLearner(), "", 0), summary.getTask());
        }
        if (record instanceof Prediction prediction) {
            return add(
                    new Series(
                            Prediction.class, prediction.getLearner(), prediction.getStream(), prediction.getActor()),
                    prediction.getSequence());
        }
        if (record instanceof DeadLetter letter) {
            return add(new Series(DeadLetter.class, "", letter.getTopic(), letter.getPartition()), letter.getOffset());
        }
        return others.add(record);
    }

    private boolean add(Series series, long number) {
        BitSet page = pages.computeIfAbsent(new Page(series, number >> PAGE_BITS), key -> new BitSet());
        int bit = (int) (number & (1 << PAGE_BITS) - 1);
        boolean first = !page.get(bit);
        page.set(bit);
        return first;
    }
}
