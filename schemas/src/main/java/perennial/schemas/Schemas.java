package perennial.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetter;
import perennial.v1.Event;
import perennial.v1.LearnerProgress;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;

/**
 * The schemas of the records that travel on their own: those of this version, and those of every released version,
 * which ship with the code so that old bytes stay readable.
 *
 * <p>A schema that changes belongs to a new version: add the version to {@link #RELEASES}, run {@code ReleaseFiles} among
 * the tests, which writes {@code released/<version>/<record>.avsc} and what is kept for the tests, and never touch the
 * files of a version that is out. Every added field needs a default.
 */
public final class Schemas {

    /** Schemas of the records as this version writes them. */
    public static final List<Schema> CURRENT = List.of(
            Event.getClassSchema(),
            PlasticityReport.getClassSchema(),
            TaskSummary.getClassSchema(),
            PolicySnapshot.getClassSchema(),
            LearnerProgress.getClassSchema(),
            Prediction.getClassSchema(),
            DeadLetter.getClassSchema(),
            ControlCommand.getClassSchema(),
            ControlAudit.getClassSchema(),
            PlasticityAlert.getClassSchema());

    /** The released versions, oldest first. */
    public static final List<String> RELEASES = List.of("0.1.0");

    private static final Map<Long, Schema> WRITERS = new LinkedHashMap<>();

    static {
        trustRecords();
        for (String version : RELEASES) {
            for (Schema current : CURRENT) {
                Schema released = released(version, current.getName());
                if (released != null) {
                    WRITERS.put(fingerprint(released), released);
                }
            }
        }
        // Between two releases the schemas of the work in progress are in no release.
        for (Schema current : CURRENT) {
            WRITERS.putIfAbsent(fingerprint(current), current);
        }
    }

    private Schemas() {}

    /** The 64-bit CRC-64-AVRO fingerprint of a schema's parsing canonical form. */
    public static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }

    /** The schema, of any released version or of this one, that has the fingerprint; null where none has. */
    public static Schema writer(long fingerprint) {
        return WRITERS.get(fingerprint);
    }

    /** The schema of a record as a version was released with it; null where that version had no such record. */
    public static Schema released(String version, String record) {
        String resource = "released/" + version + "/" + record + ".avsc";
        try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
            return in == null ? null : new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a released schema must be readable: resource=" + resource, e);
        }
    }

    /**
     * Lets Avro load the generated classes, which it refuses unless somebody vouches for them. It is done once for a
     * JVM by whatever uses this package first; to be called only by those who use the generated decoders and builders
     * and nothing of this package.
     */
    public static void trustRecords() {
        // Avro keeps one predicate for the whole JVM, and class loaders of several jobs may come here at once.
        synchronized (ClassSecurityValidator.class) {
            ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();
            if (trusted.isTrusted(Event.class)) {
                return;
            }
            Set<String> names = new LinkedHashSet<>();
            CURRENT.forEach(schema -> addNames(schema, names));
            // Avro's own predicate, not a lambda of ours: the JVM would keep our class loader alive with it.
            ClassSecurityValidator.Builder records = ClassSecurityValidator.builder();
            names.forEach(records::add);
            ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(trusted, records.build()));
        }
    }

    private static void addNames(Schema schema, Set<String> names) {
        switch (schema.getType()) {
            case RECORD -> {
                if (names.add(schema.getFullName())) {
                    schema.getFields().forEach(field -> addNames(field.schema(), names));
                }
            }
            case ENUM, FIXED -> names.add(schema.getFullName());
            case ARRAY -> addNames(schema.getElementType(), names);
            case MAP -> addNames(schema.getValueType(), names);
            case UNION -> schema.getTypes().forEach(type -> addNames(type, names));
            default -> {}
        }
    }
}
