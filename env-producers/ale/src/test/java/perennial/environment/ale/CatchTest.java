package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.Environment;

class CatchTest {

    private static final Map<String, String> MINIMAL = Map.of("actions", "minimal");

    @Test
    void shouldComeAsTheCartridgeThatWasChecked() {
        String checksum = new String(Cartridge.resource("catch.bin.sha256"), StandardCharsets.UTF_8);

        assertThat(Cartridge.resource("catch.bin")).hasSize(2048);
        assertThat(checksum).isEqualTo(Cartridge.bundled().checksum() + "  catch.bin\n");
    }

    @Test
    void shouldBeHardForWhoPlaysAtRandom() {
        int games = 300;
        double sum = 0;

        try (Environment environment = Players.catchGame(1, MINIMAL)) {
            Random random = new Random(1);
            for (int game = 0; game < games; game++) {
                sum += Players.randomEpisode(environment, random);
            }
        }

        // Five balls may be missed, and the paddle covers 19 of 128 places: 0.87 if balls and paddle were independent.
        assertThat(sum / games).isBetween(0.6, 1.1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"machado", "mnih"})
    void shouldBeWonByWhoFollowsTheBall(String profile) {
        try (Environment environment = Players.catchGame(2, Map.of("profile", profile, "actions", "minimal"))) {
            assertThat(Players.followingEpisode(environment)).isEqualTo(100f);
            assertThat(Players.followingEpisode(environment)).isEqualTo(100f);
        }
    }

    @Test
    void shouldDropBallsOverTheWholeWidth() {
        boolean[] seen = new boolean[128];
        int leftmost = 16;
        int balls = 0x00;

        try (Emulator emulator = new Emulator(Cartridge.bundled(), 0)) {
            for (int game = 0; game < 200; game++) {
                emulator.startGame();
                while (!emulator.gameOver()) {
                    emulator.act(game % 2 == 0 ? 3 : 4);
                    seen[emulator.memory(balls) - leftmost] = true;
                }
            }
        }

        int places = 0;
        for (boolean place : seen) {
            places += place ? 1 : 0;
        }
        assertThat(places).isGreaterThan(120);
    }
}
