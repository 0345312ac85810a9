package perennial.jobs.sweep;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import perennial.jobs.config.ResultSection;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** One number of a task summary or a report, by the name of its field. Immutable. */
final class Quantity {

    private static final String MEAN_EPISODE_RETURN = "meanEpisodeReturn";

    private final Schema.Field ofTask;
    private final Schema.Field ofReport;

    private Quantity(Schema.Field ofTask, Schema.Field ofReport) {
        this.ofTask = ofTask;
        this.ofReport = ofReport;
    }

    /** The quantity called {@code name}; of a task, the return of its episodes is their mean return. */
    static Quantity named(String name) {
        String field = name.equals(ResultSection.EPISODE_RETURN) ? MEAN_EPISODE_RETURN : name;
        return new Quantity(
                TaskSummary.getClassSchema().getField(field),
                PlasticityReport.getClassSchema().getField(field));
    }

    /** Whether reports have it, and not only summaries of tasks. */
    boolean isReported() {
        return ofReport != null;
    }

    /** Its value in a report; NaN where it was not computed. */
    double of(PlasticityReport report) {
        return number(report, ofReport);
    }

    /** Its value in a task's summary, otherwise in the last report of the task, which may be null; NaN where neither has it. */
    double of(TaskSummary summary, PlasticityReport last) {
        return ofTask != null ? number(summary, ofTask) : last == null ? Double.NaN : number(last, ofReport);
    }

    private static double number(SpecificRecord record, Schema.Field field) {
        return record.get(field.pos()) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
