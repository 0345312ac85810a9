package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.schemas.RecordCodec;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

class ReportMappingTest {

    @Test
    void shouldCarryEveryFieldOfAReport() throws Exception {
        Report report = new Report();
        fill(report);
        report.status = Report.Status.LEARNER_STOPPED;
        Report.Layer layer = new Report.Layer();
        fill(layer);
        report.layers = List.of(layer);

        PlasticityReport record = ReportMapping.record(report);

        assertThat(record.getStatus()).isEqualTo(ReportStatus.LEARNER_STOPPED);
        for (Field field : Report.class.getFields()) {
            if (!List.of("status", "layers").contains(field.getName())) {
                assertThat(record.get(field.getName())).as(field.getName()).isEqualTo(field.get(report));
            }
        }
        LayerReport layerRecord = record.getLayers().get(0);
        for (Field field : Report.Layer.class.getFields()) {
            String name = field.getName().equals("name") ? "layer" : field.getName();
            assertThat(layerRecord.get(name)).as(name).isEqualTo(field.get(layer));
        }
        assertThat(new RecordCodec().decode(new RecordCodec().encode(record))).isEqualTo(record);
    }

    @Test
    void shouldKnowEveryFieldOfTheRecords() {
        assertThat(names(PlasticityReport.getClassSchema()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Report.class.getFields())
                        .map(Field::getName)
                        .toList());
        assertThat(names(LayerReport.getClassSchema()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Report.Layer.class.getFields())
                        .map(field -> field.getName().equals("name") ? "layer" : field.getName())
                        .toList());
        assertThat(names(perennial.v1.TaskSummary.getClassSchema()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(TaskSummary.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream().map(Schema.Field::name).toList();
    }

    @Test
    void shouldLeaveOutWhatWasNotComputed() {
        Report report = new Report();
        report.learner = "nap";
        report.stream = "s";
        report.variant = "nap";
        Report.Layer layer = new Report.Layer();
        layer.name = "hidden.0";
        report.layers = List.of(layer);

        PlasticityReport record = ReportMapping.record(report);

        assertNullWhereNullable(record);
        assertNullWhereNullable(record.getLayers().get(0));
        assertThat(new RecordCodec().decode(new RecordCodec().encode(record))).isEqualTo(record);
    }

    @Test
    void shouldKeepInfinitiesForTheyWereComputed() {
        Report report = new Report();
        report.loss = Double.POSITIVE_INFINITY;

        assertThat(ReportMapping.record(report).getLoss()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void shouldNameEveryStatusAlike() {
        for (Report.Status status : Report.Status.values()) {
            Report report = new Report();
            report.status = status;

            assertThat(ReportMapping.record(report).getStatus().name()).isEqualTo(status.name());
        }
    }

    @Test
    void shouldCarryEveryFieldOfATaskSummary() throws Exception {
        TaskSummary summary = new TaskSummary(
                "a", "b", "c", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, "d", "e", "f", "g", 14, 15.5, 16);

        perennial.v1.TaskSummary record = ReportMapping.record(summary);

        for (RecordComponent component : TaskSummary.class.getRecordComponents()) {
            assertThat(record.get(component.getName()))
                    .as(component.getName())
                    .isEqualTo(component.getAccessor().invoke(summary));
        }
    }

    @Test
    void shouldCarryThePredictionOfAClassAndOfValues() {
        Prediction ofClass = new Prediction("a", "s", 1, 2, 3, 0.5f, null, 4);
        Prediction ofValues = new Prediction("a", "s", 1, 2, -1, Float.NaN, new float[] {1, 2}, 4);

        assertThat(ReportMapping.record(ofClass))
                .isEqualTo(new perennial.v1.Prediction("a", "s", 1, 2L, 3, 0.5f, null, 4L));
        assertThat(ReportMapping.record(ofValues))
                .isEqualTo(new perennial.v1.Prediction("a", "s", 1, 2L, null, null, List.of(1f, 2f), 4L));
    }

    /** Gives every field another value, so that none can stand for another. */
    private static void fill(Object object) throws IllegalAccessException {
        int value = 1;
        for (Field field : object.getClass().getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            switch (field.getType().getSimpleName().toLowerCase(Locale.ROOT)) {
                case "double" -> field.setDouble(object, value++ + 0.5);
                case "long" -> field.setLong(object, value++);
                case "int" -> field.setInt(object, value++);
                case "string" -> field.set(object, "text " + value++);
                default -> {}
            }
        }
    }

    private static void assertNullWhereNullable(SpecificRecord record) {
        List<String> left = new ArrayList<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            if (field.schema().isNullable() && record.get(field.pos()) != null) {
                left.add(field.name());
            }
        }
        assertThat(left).isEmpty();
    }
}
