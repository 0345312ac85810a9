package perennial.jobs.dashboard;

import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import perennial.schemas.MetricField;

/**
 * A measured value of a record, as its schema describes it: whatever field has a {@code definition} is a metric, so that a new one is
 * shown without a change here.
 *
 * @param position place of the field in its record
 * @param id definition id, as in docs/metrics.md
 * @param name the field's name in words
 * @param doc what the schema says of it
 * @param scope what it is measured of
 */
record Metric(int position, String id, String name, String doc, Scope scope) {

    /** What a metric is measured of. */
    enum Scope {
        /** A learner after an update. */
        LEARNER,
        /** One layer of a learner after an update. */
        LAYER,
        /** A learner over a whole task. */
        TASK;

        /** As it is written in JSON. */
        String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The metrics of a record, in the order of its fields. */
    static List<Metric> of(Schema record, Scope scope) {
        return MetricField.of(record).stream()
                .map(field -> new Metric(field.position(), field.id(), words(field.name()), field.doc(), scope))
                .toList();
    }

    /** {@code effectiveLearningRate} as "Effective learning rate", {@code gradientL1Norm} as "Gradient L1 norm". */
    private static String words(String camelCase) {
        StringBuilder words = new StringBuilder();
        for (String word : camelCase.split("(?=[A-Z])")) {
            boolean first = words.isEmpty();
            boolean symbol = word.matches("[A-Z][0-9].*");
            words.append(first ? "" : " ").append(first || symbol ? word : word.toLowerCase(Locale.ROOT));
        }
        words.setCharAt(0, Character.toUpperCase(words.charAt(0)));
        return words.toString();
    }
}
