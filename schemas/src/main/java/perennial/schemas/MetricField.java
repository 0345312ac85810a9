package perennial.schemas;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * A field of a record that holds a measured value. A field is one if its schema names a {@code definition}, so that whoever shows metrics
 * shows a new one without a change.
 *
 * @param position place of the field in its record
 * @param name the field's name
 * @param id definition id, as in docs/metrics.md
 * @param doc what the schema says of it
 */
public record MetricField(int position, String name, String id, String doc) {

    /** The measured values of a record, in the order of its fields. */
    public static List<MetricField> of(Schema record) {
        List<MetricField> metrics = new ArrayList<>();
        for (Schema.Field field : record.getFields()) {
            String id = field.getProp("definition");
            if (id != null) {
                metrics.add(new MetricField(field.pos(), field.name(), id, field.doc()));
            }
        }
        return List.copyOf(metrics);
    }
}
