package perennial.streaming.watch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * A number of a report, by its field's name ({@code deadUnits}), or of a task's summary ({@code task.averageOnlineAccuracy}).
 *
 * @param name as it is written in a rule
 */
public record Quantity(String name) implements Serializable {

    private static final String OF_TASK = "task.";

    /** @throws IllegalArgumentException if there is no such number; the message names those there are */
    public Quantity {
        if (!names().contains(name)) {
            throw new IllegalArgumentException("a quantity is a number of reports or, after " + OF_TASK
                    + ", of task summaries: quantity=" + name + " allowed: " + String.join(", ", names()));
        }
    }

    /** All that there are. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        addNumbers(PlasticityReport.getClassSchema(), "", names);
        addNumbers(TaskSummary.getClassSchema(), OF_TASK, names);
        return names;
    }

    private static void addNumbers(Schema schema, String prefix, List<String> names) {
        for (Schema.Field field : schema.getFields()) {
            if (isNumber(field.schema())) {
                names.add(prefix + field.name());
            }
        }
    }

    private static boolean isNumber(Schema schema) {
        return switch (schema.getType()) {
            case INT, LONG, FLOAT, DOUBLE -> true;
            case UNION -> schema.isNullable() && schema.getTypes().stream().anyMatch(Quantity::isNumber);
            default -> false;
        };
    }

    /** Whether task summaries have it, and reports do not. */
    boolean isOfTask() {
        return name.startsWith(OF_TASK);
    }

    /** Its value in the record; NaN where the record is of the other kind, or leaves it out. */
    double in(SpecificRecord record) {
        if (record instanceof TaskSummary != isOfTask()) {
            return Double.NaN;
        }
        String field = isOfTask() ? name.substring(OF_TASK.length()) : name;
        Object value = record.get(record.getSchema().getField(field).pos());
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
