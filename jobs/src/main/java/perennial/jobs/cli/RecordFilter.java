package perennial.jobs.cli;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import perennial.jobs.kafka.SeenUpdates;
import perennial.v1.TaskSummary;

/** Decides which records are wanted: of some learners, task summaries only, each once. Not thread-safe. */
final class RecordFilter {

    /** What becomes of a record. */
    enum Verdict {
        /** It is wanted. */
        TAKE,
        /** It was not asked for. */
        LEAVE,
        /** It was there before. */
        DUPLICATE
    }

    private final List<Pattern> learners;
    private final boolean summariesOnly;
    private final SeenUpdates seen;

    /**
     * @param learners names, where * stands for anything; empty for all
     * @param deduplicate whether a record that was there before is a duplicate
     */
    RecordFilter(List<String> learners, boolean summariesOnly, boolean deduplicate) {
        this.learners = learners.stream().map(RecordFilter::pattern).toList();
        this.summariesOnly = summariesOnly;
        this.seen = deduplicate ? new SeenUpdates() : null;
    }

    Verdict judge(SpecificRecord record) {
        if (summariesOnly && !(record instanceof TaskSummary) || !isOfALearner(record)) {
            return Verdict.LEAVE;
        }
        return seen == null || seen.add(record) ? Verdict.TAKE : Verdict.DUPLICATE;
    }

    private boolean isOfALearner(SpecificRecord record) {
        if (learners.isEmpty()) {
            return true;
        }
        Schema.Field field = record.getSchema().getField("learner");
        if (field == null) {
            return false;
        }
        String learner = record.get(field.pos()).toString();
        return learners.stream().anyMatch(pattern -> pattern.matcher(learner).matches());
    }

    static Pattern pattern(String glob) {
        return Pattern.compile(
                Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
