package perennial.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentsTest {

    @Test
    void shouldFindEnvironmentsOfEveryProviderOnTheClassPath() {
        assertThat(Environments.known())
                .containsKeys(
                        "minatar/asterix",
                        "minatar/breakout",
                        "minatar/freeway",
                        "minatar/seaquest",
                        "minatar/space_invaders",
                        CorridorProvider.NAME);
    }

    @Test
    void shouldRunAnEnvironmentOfOnesOwn() {
        Environment environment = Environments.create(CorridorProvider.NAME, 0, Map.of());
        Step step = new Step();
        float[] observation = new float[environment.observationSpec().size()];
        int steps = 0;

        environment.reset();
        do {
            environment.step(1, step);
            steps++;
        } while (!step.ended());
        environment.observe(observation, 0);

        assertThat(steps).isEqualTo(4);
        assertThat(step.reward).isEqualTo(0.5f);
        assertThat(observation).containsExactly(0f, 0f, 0f, 0f, 1f);
    }

    @Test
    void shouldListTheKnownNamesWhereOneIsUnknown() {
        assertThatThrownBy(() -> Environments.create("minatar/pong", 0, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name=minatar/pong")
                .hasMessageContaining("minatar/asterix, minatar/breakout, minatar/freeway");
    }

    @ParameterizedTest
    @CsvSource({
        "stickiness, 0.1,  minatar/freeway has no such option: option=stickiness; its options are actions",
        "sticky,     1.5,  the option sticky must be a number from 0 to 1: value=1.5",
        "sticky,     NaN,  the option sticky must be a number from 0 to 1: value=NaN",
        "sticky,     much, the option sticky must be a number from 0 to 1: value=much",
        "ramping,    yes,  the option ramping must be true or false: value=yes",
        "actions,    few,  'the option actions must be one of [full, minimal]: value=few'"
    })
    void shouldRefuseOptionsThatAreUnfit(String option, String value, String message) {
        assertThatThrownBy(() -> Environments.create("minatar/freeway", 0, Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shouldSayWhichKindOfObservationAnEnvironmentHas() {
        Environment bytes = Environments.create("minatar/freeway", 0, Map.of());
        Environment floats = Environments.create(CorridorProvider.NAME, 0, Map.of());

        assertThatThrownBy(() -> bytes.observe(new float[700], 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not observe floats");
        assertThatThrownBy(() -> floats.observe(new byte[5], 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not observe bytes");
    }
}
