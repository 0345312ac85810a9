package perennial.jobs.sweep;

import java.util.List;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;
import perennial.v1.TaskSummary;

/** Reports and summaries as learners of a sweep write them. */
final class Said {

    private Said() {}

    static PlasticityReport.Builder report(String learner, int task, long update) {
        return PlasticityReport.newBuilder()
                .setLearner(learner)
                .setStream(learner)
                .setVariant("")
                .setUpdate(update)
                .setTask(task)
                .setUpdateInTask(update)
                .setRecordsSeen(10 * update)
                .setPosition(10 * update - 1)
                .setStatus(ReportStatus.TRAINED)
                .setLayers(List.of());
    }

    static TaskSummary.Builder summary(String learner, int task) {
        return TaskSummary.newBuilder()
                .setLearner(learner)
                .setStream(learner)
                .setVariant("")
                .setTask(task)
                .setUpdates(2)
                .setRecords(20)
                .setPosition(20 * (task + 1) - 1)
                .setCodeVersion("1")
                .setEngine("cpu");
    }
}
