package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;

/** An output that keeps everything it is told. */
final class RecordingOutput implements LearnerOutput {

    final List<Report> reports = new ArrayList<>();
    final List<TaskSummary> summaries = new ArrayList<>();
    final List<Prediction> predictions = new ArrayList<>();

    @Override
    public void report(Report report) {
        reports.add(report);
    }

    @Override
    public void taskSummary(TaskSummary summary) {
        summaries.add(summary);
    }

    @Override
    public void prediction(Prediction prediction) {
        predictions.add(prediction);
    }
}
