package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.Environment;
import perennial.environment.Environments;
import perennial.environment.ObservationSpec;
import perennial.environment.Step;

class AleEnvironmentTest {

    /** Where Catch keeps the left edge of its paddle. */
    private static final int PADDLE = 0x02;

    private static final int LIVES = 0x39;
    private static final int START = 72;
    private static final int NONE = 0;
    private static final int RIGHT = 2;
    private static final int LEFT = 3;

    @Test
    void shouldShowOnePictureOf84By84() {
        try (Environment environment = Players.catchGame(0, Map.of())) {
            assertThat(environment.observationSpec()).isEqualTo(ObservationSpec.bytes(1, 84, 84));
        }
    }

    @Test
    void shouldPlayByMachado() {
        AleSettings settings = AleProfile.MACHADO.settings();

        assertThat(settings).isEqualTo(new AleSettings(AleActions.FULL, 4, 0.25, 0, 108_000, false, false));
        try (Environment environment = Players.catchGame(0, Map.of())) {
            assertThat(environment.actionSpec().count()).isEqualTo(18);
        }
    }

    @Test
    void shouldPlayByMnih() {
        AleSettings settings = AleProfile.MNIH.settings();

        assertThat(settings).isEqualTo(new AleSettings(AleActions.MINIMAL, 4, 0.0, 30, 108_000, true, false));
        try (AleEnvironment environment = game(0, Map.of("profile", "mnih"))) {
            assertThat(environment.codes()).containsExactly(0, 1, 3, 4);
        }
    }

    @Test
    void shouldLetAnActionLastFourFrames() {
        try (AleEnvironment environment = game(0, Map.of("actions", "minimal", "sticky", "0"))) {
            environment.reset();

            environment.step(RIGHT, new Step());
            assertThat(environment.memory(PADDLE)).isEqualTo(START + 4 * 2);
            environment.step(LEFT, new Step());
            assertThat(environment.memory(PADDLE)).isEqualTo(START);
        }
    }

    @Test
    void shouldDrawStickinessAtEveryFrame() {
        int steps = 1_500;
        int[] kept = new int[5];

        // The paddle, stopped in between, is led right and left in turn; each frame for which NONE sticks keeps it
        // back.
        try (AleEnvironment environment = game(3, Map.of("actions", "minimal", "sticky", "0.25", "frameSkip", "4"))) {
            Step step = new Step();
            environment.reset();
            for (int i = 0; i < steps; i++) {
                rest(environment, step);
                int position = environment.memory(PADDLE);
                boolean toTheRight = position < START;
                environment.step(toTheRight ? RIGHT : LEFT, step);
                if (!step.ended()) {
                    kept[4 - Math.abs(environment.memory(PADDLE) - position) / 2]++;
                } else {
                    environment.reset();
                }
            }
        }

        // NONE can stick for the first n frames only: geometric, cut off at four frames.
        double all = 0;
        for (int count : kept) {
            all += count;
        }
        double[] expected = {0.75, 0.1875, 0.046875, 0.01171875, 0.00390625};
        for (int n = 0; n < kept.length; n++) {
            assertThat(kept[n] / all).isBetween(expected[n] - 0.03, expected[n] + 0.03);
        }
    }

    @Test
    void shouldRepeatForEverWhereEveryActionSticks() {
        try (AleEnvironment environment = game(0, Map.of("actions", "minimal", "sticky", "1"))) {
            Step step = new Step();
            environment.reset();
            for (int i = 0; i < 20; i++) {
                environment.step(RIGHT, step);
            }

            // Every game begins with NONE having been executed.
            assertThat(environment.memory(PADDLE)).isEqualTo(START);
            environment.change("sticky", "0");
            environment.step(RIGHT, step);
            assertThat(environment.memory(PADDLE)).isEqualTo(START + 8);
        }
    }

    @Test
    void shouldWaitForOneToThirtyFrames() {
        int ballLine = 0x01;
        boolean[] seen = new boolean[31];

        try (AleEnvironment waiting = game(4, Map.of("noOps", "30", "frameSkip", "1", "sticky", "0"));
                AleEnvironment notWaiting = game(4, Map.of("noOps", "0", "frameSkip", "1", "sticky", "0"))) {
            Step step = new Step();
            notWaiting.reset();
            notWaiting.step(NONE, step);
            int first = notWaiting.memory(ballLine);
            for (int game = 0; game < 400; game++) {
                waiting.reset();
                waiting.step(NONE, step);
                seen[(waiting.memory(ballLine) - first) / 2] = true;
                // Without an end, a reset begins another game.
            }
        }

        assertThat(seen[0]).isFalse();
        for (int frames = 1; frames <= 30; frames++) {
            assertThat(seen[frames]).as("waited for %d frames", frames).isTrue();
        }
    }

    @Test
    void shouldEndAnEpisodeWithALifeAndGoOnInTheSameGame() {
        try (AleEnvironment environment = game(5, Map.of("profile", "mnih", "noOps", "0", "actions", "minimal"))) {
            Step step = new Step();
            byte[] last = new byte[84 * 84];
            byte[] first = new byte[84 * 84];

            for (int life = 5; life > 0; life--) {
                environment.reset();
                environment.observe(first, 0);
                if (life < 5) {
                    assertThat(first).isEqualTo(last);
                }
                do {
                    environment.step(life % 2 == 0 ? RIGHT : LEFT, step);
                } while (!step.ended() && step.reward == 0);
                while (!step.ended()) {
                    environment.step(NONE, step);
                }
                environment.observe(last, 0);
                assertThat(step.terminal).isTrue();
                assertThat(environment.memory(LIVES)).isEqualTo(life - 1);
            }
            environment.reset();
            environment.step(NONE, step);
            assertThat(environment.memory(LIVES)).isEqualTo(5);
        }
    }

    @Test
    void shouldPlayAWholeGameInAnEpisodeByMachado() {
        try (AleEnvironment environment = game(5, Map.of("actions", "minimal"))) {
            Players.randomEpisode(environment, new Random(0));

            assertThat(environment.memory(LIVES)).isZero();
        }
    }

    @Test
    void shouldCutAGameOffAfterTheMostFrames() {
        try (AleEnvironment environment =
                game(5, Map.of("actions", "minimal", "maxFrames", "203", "profile", "mnih"))) {
            byte[] picture = new byte[84 * 84];
            Step step = new Step();
            environment.reset();
            int steps = 0;
            do {
                environment.observe(picture, 0);
                environment.step(Players.follow(picture), step);
                steps++;
            } while (!step.ended());

            assertThat(step.truncated).isTrue();
            assertThat(step.terminal).isFalse();
            // Up to 30 of the 203 frames go by waiting; the last step has what is left of four.
            assertThat(steps).isBetween(44, 51);
            environment.step(NONE, step);
            assertThat(step.truncated).isTrue();
            assertThat(step.reward).isZero();
            environment.reset();
            environment.step(NONE, step);
            assertThat(step.ended()).isFalse();
            assertThat(environment.memory(PADDLE)).isEqualTo(START);
        }
    }

    @Test
    void shouldClipWhereAsked() {
        // A step of 400 frames sees four balls.
        Map<String, String> slow = Map.of("actions", "minimal", "frameSkip", "400");
        Map<String, String> clipped = Map.of("actions", "minimal", "frameSkip", "400", "clipRewards", "true");

        assertThat(greatestReward(slow)).isGreaterThan(1f);
        assertThat(greatestReward(clipped)).isEqualTo(1f);
    }

    @Test
    void shouldDoTheSameAgainWithTheSameSeed() {
        long first = run(11, Map.of());

        assertThat(run(11, Map.of())).isEqualTo(first);
        assertThat(run(12, Map.of())).isNotEqualTo(first);
    }

    @Test
    void shouldPlayIndependentlyOfOtherEnvironments() {
        long alone = run(11, Map.of());

        try (Environment other = Players.catchGame(1, Map.of());
                Environment environment = Players.catchGame(11, Map.of())) {
            other.reset();
            environment.reset();
            long hash = 0;
            for (int i = 0; i < 30; i++) {
                hash = hash * 31 + Continuation.fingerprint(environment, new Random(i), 20);
                Continuation.fingerprint(other, new Random(-i), 20);
            }
            assertThat(hash).isEqualTo(alone);
        }
    }

    @Test
    void shouldPlayAlikeInManyThreadsAtOnce() throws Exception {
        long alone = run(11, Map.of());
        ExecutorService threads = Executors.newFixedThreadPool(4);

        try {
            List<Future<Long>> runs = threads.invokeAll(Collections.nCopies(8, () -> run(11, Map.of())));
            for (Future<Long> run : runs) {
                assertThat(run.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void shouldShowTheBrighterOfTheLastTwoFrames() {
        byte[] both = new byte[84 * 84];
        byte[] colours = new byte[210 * 160];
        byte[] expected = new byte[84 * 84];
        byte[] brighter = new byte[210 * 160];

        try (AleEnvironment environment = game(6, Map.of("sticky", "0"));
                Emulator emulator = new Emulator(Cartridge.bundled(), 6)) {
            environment.reset();
            environment.step(NONE, new Step());
            environment.observe(both, 0);
            emulator.startGame();
            byte[] brightness = emulator.brightness();
            for (int frame = 0; frame < 4; frame++) {
                emulator.act(Emulator.NO_OPERATION);
                emulator.screen(colours);
                for (int i = 0; i < colours.length && frame >= 2; i++) {
                    int shown = brightness[colours[i] & 0xff] & 0xff;
                    brighter[i] = (byte) Math.max(brighter[i] & 0xff, shown);
                }
            }
        }
        new AreaResize(210, 160, 84, 84).resize(brighter, expected, 0);

        assertThat(both).isEqualTo(expected);
    }

    @Test
    void shouldRefuseToBeUsedOnceClosed() {
        Environment environment = Players.catchGame(0, Map.of());
        environment.reset();
        environment.close();
        environment.close();

        assertThatThrownBy(() -> environment.step(0, new Step()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(environment::reset).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(environment::save).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldOfferEveryGameThatAleKnows() {
        assertThat(Environments.known()).containsKeys("ale/catch", "ale/breakout", "ale/montezuma_revenge", "ale/pong");
        assertThat(KnownGames.names()).hasSize(104).allSatisfy(game -> assertThat(KnownGames.checksum(game))
                .matches("[0-9a-f]{32}"));
        assertThat(KnownGames.named(KnownGames.checksum("pong"))).contains("pong");
    }

    @ParameterizedTest
    @CsvSource({
        "ale/catch,    frames,    4,      ale/catch has no such option: option=frames; its options are actions",
        "ale/catch,    profile,   bellemare, 'the option profile must be one of [machado, mnih]: value=bellemare'",
        "ale/catch,    frameSkip, 0,      the option frameSkip must be a whole number from 1 to 2147483647: value=0",
        "ale/catch,    noOps,     some,   the option noOps must be a whole number from 0 to 2147483647: value=some",
        "ale/catch,    noOps,     200000, a game must last longer than its start without action: maxFrames=108000",
        "ale/catch,    sticky,    -1,     the option sticky must be a number from 0 to 1: value=-1",
        "ale/catch,    rom,       x.bin,  ale/catch has a cartridge of its own: rom=x.bin",
        "ale/breakout, rom,       catch,  the cartridge catch is not another game's: environment=ale/breakout",
        "ale/pong,     profile,   mnih,   an Atari game needs its cartridge: environment=ale/pong; give its file"
    })
    void shouldRefuseOptionsThatAreUnfit(String name, String option, String value, String message) {
        assertThatThrownBy(() -> Environments.create(name, 0, Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frameSkip", "profile", "frames"})
    void shouldRefuseToChangeWhatIsFixed(String option) {
        try (Environment environment = Players.catchGame(0, Map.of())) {
            assertThatThrownBy(() -> environment.change(option, "1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("option=" + option + "; sticky can");
        }
    }

    private static AleEnvironment game(long seed, Map<String, String> options) {
        return (AleEnvironment) Players.catchGame(seed, options);
    }

    /** Waits until nothing but NONE can stick. */
    private static void rest(AleEnvironment environment, Step step) {
        int position;
        int still = 0;
        do {
            position = environment.memory(PADDLE);
            environment.step(NONE, step);
            if (step.ended()) {
                environment.reset();
            }
            still = position == environment.memory(PADDLE) ? still + 1 : 0;
        } while (still < 2);
    }

    private static float greatestReward(Map<String, String> options) {
        float greatest = 0;
        try (AleEnvironment environment = game(0, options)) {
            Step step = new Step();
            Random random = new Random(0);
            for (int game = 0; game < 50; game++) {
                environment.reset();
                do {
                    environment.step(random.nextInt(4), step);
                    greatest = Math.max(greatest, step.reward);
                } while (!step.ended());
            }
        }
        return greatest;
    }

    private static long run(long seed, Map<String, String> options) {
        try (Environment environment = Players.catchGame(seed, options)) {
            environment.reset();
            long hash = 0;
            for (int i = 0; i < 30; i++) {
                hash = hash * 31 + Continuation.fingerprint(environment, new Random(i), 20);
            }
            return hash;
        }
    }
}
