package perennial.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentScheduleTest {

    @Test
    void shouldReadEveryKindOfChange() {
        EnvironmentSchedule schedule = EnvironmentSchedule.parse(
                List.of(
                        "100 set sticky=0.25",
                        "200 next switch minatar/breakout",
                        " 300  permute-actions",
                        "300 next permute-channels 1,0,2"),
                400);

        assertThat(schedule.repeatEvery()).isEqualTo(400);
        assertThat(schedule.changes())
                .containsExactly(
                        change(100, ScheduledChange.Moment.CUT, new Alteration.OptionValue("sticky", "0.25")),
                        change(200, ScheduledChange.Moment.NEXT_EPISODE, new Alteration.Switch("minatar/breakout")),
                        change(300, ScheduledChange.Moment.CUT, new Alteration.ActionPermutation(List.of())),
                        change(
                                300,
                                ScheduledChange.Moment.NEXT_EPISODE,
                                new Alteration.ChannelPermutation(List.of(1, 0, 2))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "100",
                "100 next",
                "set sticky=1",
                "100 set sticky",
                "100 set =1",
                "100 switch",
                "100 switch a b",
                "100 permute-actions 1,x",
                "100 permute-actions 1,",
                "100 shuffle",
                "1e3 switch a"
            })
    void shouldRefuseLinesThatSaySomethingElse(String line) {
        assertThatThrownBy(() -> ScheduledChange.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line=" + line);
    }

    @Test
    void shouldRefuseWhatIsNoPermutation() {
        assertThatThrownBy(() -> ScheduledChange.parse("5 permute-channels 0,2,2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing=1");
    }

    @Test
    void shouldRefuseAChangeBeforeTheFirstStep() {
        assertThatThrownBy(() -> ScheduledChange.parse("0 permute-actions"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("step=0");
    }

    @Test
    void shouldRefuseChangesOutOfOrder() {
        List<String> lines = List.of("200 permute-actions", "100 permute-actions");

        assertThatThrownBy(() -> EnvironmentSchedule.parse(lines, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("step=100 previous=200");
    }

    @Test
    void shouldRefuseToRepeatBeforeItsEnd() {
        List<String> lines = List.of("200 permute-actions");

        assertThatThrownBy(() -> EnvironmentSchedule.parse(lines, 199))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("repeatEvery=199 lastStep=200");
    }

    private static ScheduledChange change(long step, ScheduledChange.Moment moment, Alteration alteration) {
        return new ScheduledChange(step, moment, alteration);
    }
}
