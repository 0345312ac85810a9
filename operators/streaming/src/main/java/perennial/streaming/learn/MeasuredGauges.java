package perennial.streaming.learn;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import perennial.schemas.MetricField;

/**
 * Gauges of the measured values of one kind of record, named as its fields. Each is there from the first record that has its value, so that
 * nothing is shown of what is switched off, and keeps it until a later record has another. Not thread-safe, but for the gauges themselves.
 */
final class MeasuredGauges {

    /** Read by threads of their own, also when the learner is gone: they never touch it. */
    private static final class Newest implements Gauge<Double> {

        private volatile double value;

        @Override
        public Double getValue() {
            return value;
        }
    }

    private final List<MetricField> fields;
    private final Newest[] gauges;
    private final MetricGroup group;

    /** @param group where the gauges go */
    MeasuredGauges(Schema record, MetricGroup group) {
        this.fields = MetricField.of(record);
        this.gauges = new Newest[fields.size()];
        this.group = group;
    }

    void show(SpecificRecord record) {
        for (int i = 0; i < gauges.length; i++) {
            if (record.get(fields.get(i).position()) instanceof Number number) {
                show(i, number.doubleValue());
            }
        }
    }

    private void show(int field, double value) {
        if (gauges[field] == null) {
            gauges[field] = new Newest();
            gauges[field].value = value;
            group.gauge(fields.get(field).name(), gauges[field]);
        } else {
            gauges[field].value = value;
        }
    }
}
