package perennial.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.event.Event;

class UpdateCaseTest {

    @ParameterizedTest
    @EnumSource(UpdateCase.class)
    void shouldHaveEventsThatItsLearnerTakes(UpdateCase benchmark) {
        for (Event event : benchmark.events()) {
            assertThat(benchmark.spec(1).task().rejectionOf(event)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = UpdateCase.class,
            names = {"SN_DQN_MINATAR", "C51_MINATAR"})
    void shouldTimeAtLeastOneUpdate(UpdateCase benchmark) {
        assertThat(UpdateTimer.microsPerUpdate(benchmark, 1, 1e-9)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(UpdateCase.class)
    void shouldBeFoundByItsName(UpdateCase benchmark) {
        assertThat(UpdateCase.of(benchmark.id())).isEqualTo(benchmark);
    }

    @Test
    void shouldNameTheCasesWhereOneIsUnknown() {
        assertThatThrownBy(() -> UpdateCase.of("nap"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("case=nap")
                .hasMessageContaining("nap-dqn-atari");
    }

    @ParameterizedTest
    @EnumSource(UpdateCase.class)
    void shouldHaveACounterpartInPyTorch(UpdateCase benchmark) throws IOException {
        try (InputStream script = UpdateCase.class.getResourceAsStream("pytorch_updates.py")) {
            assertThat(new String(script.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\n    \"" + benchmark.id() + "\": ");
        }
    }
}
