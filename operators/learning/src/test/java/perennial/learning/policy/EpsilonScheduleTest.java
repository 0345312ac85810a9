package perennial.learning.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EpsilonScheduleTest {

    @Test
    void shouldHoldDuringTheWarmUpThenFallOnALineAndHoldAgain() {
        EpsilonSchedule schedule = new EpsilonSchedule(1, 0.2, 100, 500);

        assertThat(schedule.at(0)).isEqualTo(1);
        assertThat(schedule.at(100)).isEqualTo(1);
        assertThat(schedule.at(300)).isCloseTo(0.6, within(1e-12));
        assertThat(schedule.at(500)).isEqualTo(0.2);
        assertThat(schedule.at(Long.MAX_VALUE)).isEqualTo(0.2);
    }

    @Test
    void shouldBeConstantWithoutSteps() {
        assertThat(new EpsilonSchedule(1, 0.001, 0, 0).at(0)).isEqualTo(0.001);
    }

    @Test
    void shouldRefuseWhatIsNoProbabilityAndStepsThatEndBeforeTheyBegin() {
        assertThatThrownBy(() -> new EpsilonSchedule(1.5, 0, 0, 1)).hasMessageContaining("start=1.5");
        assertThatThrownBy(() -> new EpsilonSchedule(1, 0, 10, 9)).hasMessageContaining("warmUp=10 steps=9");
    }
}
