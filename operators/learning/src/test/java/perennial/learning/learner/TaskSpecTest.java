package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.event.Rejection;

class TaskSpecTest {

    @Test
    void shouldRefuseValuesThatTheScaleMakesInfinite() {
        TaskSpec task = new TaskSpec.Classification(List.of(3), 2, 10);

        assertThat(task.rejectionOf(Events.example(0, 1, 1, -3e37f, 2))).isNull();
        Rejection rejection = task.rejectionOf(Events.example(0, 1, 1, -3e38f, 2));

        assertThat(rejection.reason()).isEqualTo(Rejection.Reason.NOT_FINITE);
        assertThat(rejection.error()).isEqualTo("features are not finite: index=1 value=-3.0E38 scale=10.0");
    }

    @Test
    void shouldRefuseReturnsThatNoFloatHolds() {
        TaskSpec task = Transitions.task(t -> {});
        Event end = new Event();
        end.kind = Event.Kind.EPISODE_END;
        end.episodeReturn = -3e38;
        assertThat(task.rejectionOf(end)).isNull();

        end.episodeReturn = 1e300;

        assertThat(task.rejectionOf(end).error()).isEqualTo("return is not finite or too large: return=1.0E300");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-60, 1e37, -1e300, Double.NaN})
    void shouldRefuseAScaleThatIsNoneAsAFloat(double scale) {
        assertThatThrownBy(() -> new TaskSpec.Classification(List.of(3), 2, scale))
                .hasMessage("scale must be finite and not 0: scale=" + scale);
    }
}
