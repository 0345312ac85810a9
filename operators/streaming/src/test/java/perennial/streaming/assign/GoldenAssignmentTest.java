package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import perennial.streaming.Records;
import perennial.streaming.Specs;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/** The state of decoding and assignment as each release wrote it can still be read. */
class GoldenAssignmentTest {

    @Test
    void shouldReadTheStateThatRelease010Wrote() throws Exception {
        OperatorSubtaskState state =
                OperatorSnapshotUtil.readStateHandle(golden("0.1.0").toString());

        // A learner less than the state has, and in another order: keys are those of the state.
        try (AssignHarness harness =
                AssignHarness.restored(state, Specs.classifier("b", "s"), Specs.classifier("a", "s"))) {
            harness.read(Records.example("s", 5, 1, 1, 2, 3, 4));
            harness.read(Records.example("s", 6, 1, 1, 2, 3, 4));

            assertThat(harness.letters())
                    .extracting(DeadLetter::getReason)
                    .containsExactly(DeadLetterReason.SEQUENCE_REPEATED);
            assertThat(harness.assignments()).containsExactly("b:6", "a:6");
            assertThat(harness.assigned()).extracting(e -> e.key()).containsExactly(1701, 130);
        }
    }

    private static Path golden(String release) {
        return Path.of("src", "test", "resources", "state", release, "decode-and-assign.state");
    }

    /** Writes the state of a release: to be run once, when it is released. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            Files.createDirectories(golden(arguments[0]).getParent());
            try (AssignHarness harness = AssignHarness.of(
                    Specs.classifier("a", "s"), Specs.classifier("b", "s"), Specs.classifier("c", "s"))) {
                harness.read(Records.example("s", 4, 1, 1, 2, 3, 4));
                harness.read(Records.example("s", 5, 1, 1, 2, 3, 4));
                OperatorSnapshotUtil.writeStateHandle(
                        harness.snapshot(), golden(arguments[0]).toString());
            }
        }
    }
}
