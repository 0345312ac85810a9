package perennial.learning.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void shouldStayConstant() {
        Schedule schedule = new Schedule(new ScheduleSpec.Constant(), 0.1);

        assertThat(schedule.rateAt(0)).isEqualTo(0.1);
        assertThat(schedule.rateAt(1_000_000_000_000L)).isEqualTo(0.1);
    }

    @Test
    void shouldFallOnALineAndThenStay() {
        Schedule schedule = new Schedule(new ScheduleSpec.Linear(0.02, 100, false), 0.1);

        assertThat(schedule.rateAt(0)).isEqualTo(0.1);
        assertThat(schedule.rateAt(50)).isCloseTo(0.06, within(1e-15));
        assertThat(schedule.rateAt(100)).isCloseTo(0.02, within(1e-15));
        assertThat(schedule.rateAt(101)).isCloseTo(0.02, within(1e-15));
    }

    @Test
    void shouldWarmUpAndThenFollowHalfACosine() {
        Schedule schedule = new Schedule(new ScheduleSpec.Cosine(0.0, 10, 0.2, 110, true), 1.0);

        assertThat(schedule.rateAt(0)).isEqualTo(0.0);
        assertThat(schedule.rateAt(5)).isCloseTo(0.5, within(1e-15));
        assertThat(schedule.rateAt(10)).isEqualTo(1.0);
        assertThat(schedule.rateAt(35)).isCloseTo(0.2 + 0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
        assertThat(schedule.rateAt(60)).isCloseTo(0.6, within(1e-12));
        assertThat(schedule.rateAt(110)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.rateAt(5_000)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.restartsOnReset()).isTrue();
    }
}
