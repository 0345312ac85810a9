package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.Specs;
import perennial.streaming.learn.LearnersHarness.RecordingFactory;
import perennial.v1.ActorPosition;
import perennial.v1.PlasticityReport;

/** The state of the learners as each release wrote it can still be read. */
class GoldenLearnersTest {

    private static final List<LearnerSpec> SPECS = List.of(Specs.classifier("a", "s"), Specs.classifier("b", "s"));

    @Test
    void shouldReadTheStateThatRelease010Wrote() throws Exception {
        OperatorSubtaskState state =
                OperatorSnapshotUtil.readStateHandle(golden("0.1.0").toString());

        try (LearnersHarness harness = new LearnersHarness(SPECS, new RecordingFactory(false), state)) {
            harness.observe("a", 3);
            harness.observe("b", "s", 1, 4, 0);
            harness.endInput();

            PlasticityReport report = (PlasticityReport) harness.reports().get(0);
            assertThat(report.getLearner()).isEqualTo("a");
            assertThat(report.getRecordsSeen()).isEqualTo(4);
            // The hash of the sequences 0 to 3.
            assertThat(report.getLoss()).isEqualTo((1 * 31 + 2) * 31 + 3);
            assertThat(harness.weights().get(1).getTrainedThrough())
                    .containsExactly(new ActorPosition("s", 0, 7L), new ActorPosition("s", 1, 4L));
        }
    }

    private static Path golden(String release) {
        return Path.of("src", "test", "resources", "state", release, "learners.state");
    }

    /** Writes the state of a release: to be run once, when it is released. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            Files.createDirectories(golden(arguments[0]).getParent());
            try (LearnersHarness harness = new LearnersHarness(SPECS, new RecordingFactory(false), null)) {
                harness.observe("a", 0);
                harness.observe("a", 1);
                harness.observe("a", 2);
                harness.observe("b", 7);
                OperatorSnapshotUtil.writeStateHandle(
                        harness.snapshot(), golden(arguments[0]).toString());
            }
        }
    }
}
