package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.junit.jupiter.api.Test;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.ReportStatus;
import perennial.v1.TaskSummary;

/** Avro refuses generated classes that nobody vouched for, once for a JVM; so some of this needs a JVM of its own. */
class TrustTest {

    @Test
    void shouldNeedNoSystemPropertyInAFreshJvm() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BuildersThenCodec.class.getName())
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).endsWith("all records read\n");
    }

    @Test
    void shouldVouchForTheRecordsAndForNothingElse() {
        Schemas.trustRecords();

        ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();

        assertThat(List.of(Event.class, LabelReset.class, LabelResetKind.class)).allMatch(trusted::isTrusted);
        assertThat(trusted.isTrusted(RecordCodec.class)).isFalse();
        assertThat(trusted.isTrusted(ProcessBuilder.class)).isFalse();
        assertThat(trusted.isTrusted(String.class)).isTrue();
    }

    @Test
    void shouldVouchOnce() {
        Schemas.trustRecords();
        ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();

        Schemas.trustRecords();

        assertThat(ClassSecurityValidator.getGlobal()).isSameAs(trusted);
    }

    /** Uses every builder with its defaults before anything of this package, then the codec. */
    static final class BuildersThenCodec {

        private BuildersThenCodec() {}

        public static void main(String[] arguments) {
            LabelReset reset = LabelReset.newBuilder()
                    .setTask(1)
                    .setKind(LabelResetKind.OTHER)
                    .build();
            Event event = Event.newBuilder()
                    .setStream("s")
                    .setSequence(0)
                    .setBody(reset)
                    .build();
            PlasticityReport report = PlasticityReport.newBuilder()
                    .setLearner("l")
                    .setStream("s")
                    .setVariant("nap")
                    .setUpdate(1)
                    .setTask(0)
                    .setUpdateInTask(1)
                    .setRecordsSeen(1)
                    .setPosition(0)
                    .setStatus(ReportStatus.TRAINED)
                    .setLayers(List.of())
                    .build();
            TaskSummary summary = TaskSummary.newBuilder()
                    .setLearner("l")
                    .setStream("s")
                    .setVariant("nap")
                    .setTask(0)
                    .setUpdates(1)
                    .setRecords(1)
                    .setPosition(0)
                    .build();
            PolicySnapshot policy = PolicySnapshot.newBuilder()
                    .setLearner("l")
                    .setStream("s")
                    .setVersion(1)
                    .setTrainedThrough(List.of())
                    .setTensors(java.nio.ByteBuffer.allocate(1))
                    .build();
            Prediction prediction = Prediction.newBuilder()
                    .setLearner("l")
                    .setStream("s")
                    .setSequence(0)
                    .build();
            RecordCodec codec = new RecordCodec();
            List.of(event, report, summary, policy, prediction).forEach(record -> {
                if (!record.equals(codec.decode(codec.encode(record)))) {
                    throw new IllegalStateException("a record must come back as it was: record=" + record);
                }
            });
            System.out.println("all records read");
        }
    }
}
