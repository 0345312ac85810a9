package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.schemas.RecordCodec;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.RawRecord;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.Pause;

class CommandAssignmentTest {

    private static final List<String> LEARNERS = List.of("nap-1", "nap-2", "plain");
    private static final LearnerKeys KEYS = LearnerKeys.of(LEARNERS);

    private final CommandAssignment assignment = new CommandAssignment(LEARNERS, KEYS, 200);

    @Test
    void shouldAddressACommandToEveryLearnerThatItNames() {
        ControlCommand command = new ControlCommand("1", "nap-?", null, "", new Pause());

        assertThat(assign(new RecordCodec().encode(command)))
                .containsExactly(
                        new LearnerCommand(KEYS.of("nap-1"), "nap-1", command),
                        new LearnerCommand(KEYS.of("nap-2"), "nap-2", command));
    }

    @Test
    void shouldReadJson() {
        assertThat(assign("{\"type\":\"pause\",\"id\":\"1\",\"learner\":\"plain\"}"))
                .extracting(LearnerCommand::learner)
                .containsExactly("plain");
    }

    @Test
    void shouldLetTheFirstLearnersSubtaskTellThatALearnerIsUnknown() {
        assertThat(assign("{\"type\":\"pause\",\"id\":\"1\",\"learner\":\"sn*\"}"))
                .singleElement()
                .satisfies(command -> {
                    assertThat(command.learner()).isEqualTo("sn*");
                    assertThat(command.key()).isEqualTo(KEYS.of("nap-1"));
                });
    }

    @Test
    void shouldMakeADeadLetterOfWhatIsNoCommand() {
        assertThat(letter(assign("{\"type\":\"stop\"}")).getReason()).isEqualTo(DeadLetterReason.UNDECODABLE);
        assertThat(letter(assign("rubbish")).getError()).startsWith("a command must begin with");
        assertThat(letter(assign((byte[]) null)).getError()).isEqualTo("a record must have a value: value=null");
        assertThat(letter(assign(" ".repeat(201))))
                .returns(DeadLetterReason.TOO_LARGE, DeadLetter::getReason)
                .returns("control", DeadLetter::getTopic)
                .returns(7L, DeadLetter::getOffset);
    }

    private static DeadLetter letter(List<LearnerCommand> commands) {
        assertThat(commands).singleElement().extracting(LearnerCommand::key).isEqualTo(KEYS.of("nap-1"));
        return (DeadLetter) commands.get(0).record();
    }

    private List<LearnerCommand> assign(String text) {
        return assign(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<LearnerCommand> assign(byte[] value) {
        List<LearnerCommand> found = new ArrayList<>();
        assignment.assign(new RawRecord(null, value, "control", 0, 7), found::add);
        return found;
    }
}
