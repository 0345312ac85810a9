package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.Environment;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.Step;

class ResumeTest {

    private static final int STEPS = 3_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"machado", "mnih"})
    void shouldGoOnInAnotherProcessAsIfNeverStopped(String profile) throws Exception {
        Path file = folder.resolve("state");
        long undisturbed;

        try (Environment environment = played(profile, 137)) {
            Files.write(file, environment.save());
            undisturbed = Continuation.fingerprint(environment, new Random(5), STEPS);
        }
        ChildJvm.End end = ChildJvm.run(Continuation.class, file.toString(), "5", Integer.toString(STEPS), profile);

        assertThat(end).isEqualTo(new ChildJvm.End(0, Long.toString(undisturbed)));
    }

    @Test
    void shouldGoOnFromAnyStepAsIfNeverStopped() {
        try (Environment undisturbed = played("machado", 0);
                Environment resumed = Players.catchGame(1234, Continuation.options("machado"))) {
            for (int i = 0; i < 100; i++) {
                byte[] state = undisturbed.save();
                resumed.restore(state);
                assertThat(resumed.save()).isEqualTo(state);
                long expected = Continuation.fingerprint(undisturbed, new Random(i), 30);
                assertThat(Continuation.fingerprint(resumed, new Random(i), 30)).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldShowTheSamePictureBeforeTheFirstStepAfterARestore() {
        byte[] expected = new byte[84 * 84];
        byte[] found = new byte[84 * 84];

        try (Environment environment = played("machado", 50);
                Environment resumed = Players.catchGame(1, Continuation.options("machado"))) {
            environment.observe(expected, 0);
            resumed.restore(environment.save());
            resumed.observe(found, 0);
        }

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void shouldKeepAChangedStickiness() {
        try (Environment changed = played("machado", 10);
                Environment resumed = Players.catchGame(1, Continuation.options("machado"))) {
            changed.change("sticky", "0.9");
            resumed.restore(changed.save());

            assertThat(Continuation.fingerprint(resumed, new Random(3), 500))
                    .isEqualTo(Continuation.fingerprint(changed, new Random(3), 500));
        }
    }

    @Test
    void shouldRestoreAnEnvironmentThatHasNotBegun() {
        try (Environment fresh = Players.catchGame(8, Map.of());
                Environment resumed = Players.catchGame(9, Map.of())) {
            resumed.restore(fresh.save());

            assertThatThrownBy(() -> resumed.step(0, new Step())).hasMessageContaining("call reset first");
            fresh.reset();
            resumed.reset();
            assertThat(Continuation.fingerprint(resumed, new Random(3), 200))
                    .isEqualTo(Continuation.fingerprint(fresh, new Random(3), 200));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "frameSkip, 3",
        "noOps, 7",
        "actions, full",
        "maxFrames, 5000",
        "lifeLossTerminal, false",
        "clipRewards, true"
    })
    void shouldRefuseAStateOfOtherOptions(String option, String value) {
        Map<String, String> other = new HashMap<>(Continuation.options("machado"));
        other.put(option, value);

        try (Environment environment = played("machado", 10);
                Environment unlike = Players.catchGame(1, other)) {
            byte[] state = environment.save();

            assertThatThrownBy(() -> unlike.restore(state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the state was saved with another set of options: environment=ale/catch");
        }
    }

    @Test
    void shouldRefuseEveryDamagedByteBeforeItReachesTheEmulator() {
        try (Environment environment = played("machado", 10)) {
            byte[] state = environment.save();
            for (int i = 0; i < state.length; i += 97) {
                byte[] damaged = state.clone();
                damaged[i] ^= 4;
                assertThatThrownBy(() -> environment.restore(damaged)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(environment.save()).isEqualTo(state);
        }
    }

    @Test
    void shouldGoOnWithinAScheduleAsIfNeverStopped() {
        EnvironmentSchedule schedule =
                EnvironmentSchedule.parse(List.of("150 set sticky=0.6", "300 permute-actions"), 400);

        try (Environment undisturbed = new ScheduledEnvironment("ale/catch", 1, Map.of(), schedule);
                Environment resumed = new ScheduledEnvironment("ale/catch", 1, Map.of(), schedule)) {
            undisturbed.reset();
            for (int i = 0; i < 10; i++) {
                Continuation.fingerprint(undisturbed, new Random(-i), 70);
                resumed.restore(undisturbed.save());
                assertThat(Continuation.fingerprint(resumed, new Random(i), 50))
                        .isEqualTo(Continuation.fingerprint(undisturbed, new Random(i), 50));
            }
        }
    }

    @Test
    void shouldSaveLittle() throws IOException {
        try (Environment environment = played("machado", 500)) {
            assertThat(environment.save().length).isLessThan(20_000);
        }
    }

    private static Environment played(String profile, int steps) {
        Environment environment = Players.catchGame(7, Continuation.options(profile));
        environment.reset();
        Continuation.fingerprint(environment, new Random(2), steps);
        return environment;
    }
}
