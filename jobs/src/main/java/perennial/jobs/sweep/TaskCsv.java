package perennial.jobs.sweep;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perennial.jobs.config.Sweep;
import perennial.jobs.config.Sweep.Member;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * The table of a sweep's tasks, one row per learner and task: the learner's name, variants and seed, the numbers of the task's summary,
 * and those that only its last report has. What does not apply is empty.
 */
final class TaskCsv {

    /** Said by the columns before, or the same in every row. */
    private static final Set<String> LEFT_OUT = Set.of("learner", "stream", "variant", "definitions");

    private static final List<Schema.Field> OF_TASK = TaskSummary.getClassSchema().getFields().stream()
            .filter(field -> !LEFT_OUT.contains(field.name()))
            .toList();

    private static final List<Schema.Field> OF_REPORT = PlasticityReport.getClassSchema().getFields().stream()
            .filter(TaskCsv::isMeasured)
            .toList();

    private TaskCsv() {}

    /** Whether it is a number that need not be there, and that summaries do not have. */
    private static boolean isMeasured(Schema.Field field) {
        return field.schema().isUnion()
                && field.schema().getTypes().stream().anyMatch(type -> type.getType() == Schema.Type.DOUBLE)
                && TaskSummary.getClassSchema().getField(field.name()) == null;
    }

    static void write(SweepResults results, Path file) throws IOException {
        Sweep sweep = results.sweep();
        List<String> header = new ArrayList<>(List.of("learner"));
        sweep.axes().forEach(axis -> header.add(axis.name()));
        header.add("seed");
        OF_TASK.forEach(field -> header.add(field.name()));
        OF_REPORT.forEach(field -> header.add(field.name()));
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setRecordSeparator('\n')
                .setHeader(header.toArray(String[]::new))
                .get();
        try (Writer writer = Files.newBufferedWriter(file);
                CSVPrinter printer = new CSVPrinter(writer, format)) {
            for (Member member : sweep.members()) {
                LearnerHistory history = results.history(member.learner());
                for (TaskSummary task : history.tasks()) {
                    printer.printRecord(row(member, task, history.lastReport(task.getTask())));
                }
            }
        }
    }

    private static List<Object> row(Member member, TaskSummary task, PlasticityReport last) {
        List<Object> row = new ArrayList<>(List.of(member.learner()));
        row.addAll(member.variants());
        row.add(member.seed());
        append(row, task, OF_TASK);
        append(row, last, OF_REPORT);
        return row;
    }

    private static void append(List<Object> row, SpecificRecord record, List<Schema.Field> fields) {
        for (Schema.Field field : fields) {
            row.add(record == null ? null : record.get(field.pos()));
        }
    }
}
