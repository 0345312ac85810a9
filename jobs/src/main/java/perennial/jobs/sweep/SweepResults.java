package perennial.jobs.sweep;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import perennial.jobs.config.Sweep;
import perennial.jobs.config.Sweep.Member;
import perennial.schemas.JsonRecords;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Everything that the learners of a sweep said, as far as results are made of it. Not thread-safe. */
final class SweepResults {

    private final Sweep sweep;
    private final Map<String, LearnerHistory> histories = new LinkedHashMap<>();

    SweepResults(Sweep sweep) {
        this.sweep = sweep;
        for (Member member : sweep.members()) {
            histories.put(member.learner(), new LearnerHistory(sweep.results()));
        }
    }

    /** What is in {@code file}: reports and task summaries as JSON lines, those of a learner in order. */
    static SweepResults read(Sweep sweep, Path file) throws IOException {
        SweepResults results = new SweepResults(sweep);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                results.add(JsonRecords.parse(line.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return results;
    }

    /** Takes in a report or a summary; anything else is ignored. */
    void add(SpecificRecord record) {
        if (record instanceof PlasticityReport report) {
            history(report.getLearner()).add(report);
        } else if (record instanceof TaskSummary summary) {
            history(summary.getLearner()).add(summary);
        }
    }

    Sweep sweep() {
        return sweep;
    }

    /** What a learner said. */
    LearnerHistory history(String learner) {
        LearnerHistory history = histories.get(learner);
        if (history == null) {
            throw new IllegalStateException("a record must be of a learner of the sweep: learner=" + learner);
        }
        return history;
    }

    /** The results, in the order of the sweep. */
    List<ResultTable> tables() {
        List<ResultTable> tables = new ArrayList<>();
        for (int i = 0; i < sweep.results().size(); i++) {
            tables.add(ResultTable.of(sweep, i, this::history));
        }
        return tables;
    }
}
