package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.v1.ControlCommand;
import perennial.v1.Pause;

class ControlDeskTest {

    private final ControlDesk desk = new ControlDesk(ControlCheckpoint.NONE);

    @Test
    void shouldKnowACommandThatWasThereBefore() {
        assertThat(desk.note("a")).isTrue();
        assertThat(desk.note("a")).isFalse();
        assertThat(new ControlDesk(desk.checkpoint(-1)).note("a")).isFalse();
    }

    @Test
    void shouldForgetTheOldestIdsOnly() {
        for (int i = 0; i <= ControlDesk.REMEMBERED; i++) {
            desk.note("id-" + i);
        }

        assertThat(desk.checkpoint(-1).handled()).hasSize(ControlDesk.REMEMBERED);
        assertThat(desk.note("id-1")).isFalse();
        assertThat(desk.note("id-0")).isTrue();
    }

    @Test
    void shouldGiveCommandsInTheOrderOfTheirUpdatesAndThoseOfOneAsTheyCame() {
        desk.note("any");
        for (ControlCommand command : List.of(at("c", 9), at("a", 4), at("b", 4), at("d", 9))) {
            desk.schedule(command);
        }
        assertThat(desk.takeDue(3)).isNull();
        assertThat(desk.takeDue(5).getId()).isEqualTo("a");

        ControlDesk restored = new ControlDesk(desk.checkpoint(-1));
        assertThat(restored.takeDue(5).getId()).isEqualTo("b");
        assertThat(restored.takeDue(5)).isNull();
        assertThat(restored.takeAll()).extracting(ControlCommand::getId).containsExactly("c", "d");
        assertThat(restored.takeDue(Long.MAX_VALUE - 1)).isNull();
    }

    private static ControlCommand at(String id, long update) {
        return new ControlCommand(id, "nap", update, "", new Pause());
    }
}
