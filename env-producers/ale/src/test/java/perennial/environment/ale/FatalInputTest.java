package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.environment.Environments;

/** Everything on which ALE ends its process or never returns, each tried in a process of its own. */
class FatalInputTest {

    /** lda #7, sta $B2, sta WSYNC, jmp back: never in the mode that ALE waits for. */
    private static final int[] STUBBORN = {0xA9, 0x07, 0x85, 0xB2, 0x85, 0x02, 0x4C, 0x00, 0xF8};

    @TempDir
    Path folder;

    @Test
    void shouldSurviveAMissingFile() throws Exception {
        requireRefusal(
                "file", folder.resolve("none.bin"), "EnvironmentException: there is no such cartridge file: file=");
    }

    @Test
    void shouldSurviveAFolder() throws Exception {
        requireRefusal("file", folder, "EnvironmentException: a cartridge must be a regular file: file=");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2047, 2049, 4095, 100_000, 262_144})
    void shouldSurviveAnOddSize(int size) throws Exception {
        requireRefusal(
                "file",
                Files.write(folder.resolve("breakout.bin"), new byte[size]),
                "EnvironmentException: a cartridge must have one of the sizes that cartridges have: file=");
    }

    @Test
    void shouldSurviveALoopOfLinks() throws Exception {
        Path link = folder.resolve("breakout.bin");
        Files.createSymbolicLink(link, link);

        requireRefusal("file", link, "EnvironmentException: the cartridge file cannot be read: file=");
    }

    @Test
    void shouldSurviveANameThatIsUnknown() throws Exception {
        requireRefusal(
                "name",
                catchCopy("no_such_game.bin"),
                "IllegalArgumentException: unknown environment: name=ale/no_such_game");
    }

    @ParameterizedTest
    @CsvSource({
        "action,   IllegalArgumentException: an action must be from 0 to 17: action=99",
        "negative, IllegalArgumentException: an action must be from 0 to 17: action=-1",
        "code,     IllegalArgumentException: ALE would end the process for an unknown action: code=99",
        "early,    IllegalStateException: an episode must be begun before it is stepped through",
        "closed,   IllegalStateException: the emulator was closed",
        "state,    IllegalArgumentException: these bytes are not the saved state of an environment"
    })
    void shouldSurviveCallsThatAreWrong(String what, String message) throws Exception {
        requireRefusal(what, folder, message);
    }

    @Test
    void shouldSurviveACartridgeForWhichAleWaitsForEver() throws Exception {
        byte[] contents = new byte[2048];
        for (int i = 0; i < STUBBORN.length; i++) {
            contents[i] = (byte) STUBBORN[i];
        }
        for (int vector = 0x7FA; vector < 0x800; vector += 2) {
            contents[vector + 1] = (byte) 0xF8;
        }

        requireRefusal(
                "impatient",
                Files.write(folder.resolve("breakout.bin"), contents),
                "EnvironmentException: ALE waits for ever for this cartridge to start, so it is not the game's: file=");
    }

    @Test
    void shouldSurviveACartridgeOfRubbish() throws Exception {
        byte[] contents = new byte[4096];
        Arrays.fill(contents, (byte) 0x02);

        ChildJvm.End end = ChildJvm.run(
                Attempt.class,
                "impatient",
                Files.write(folder.resolve("breakout.bin"), contents).toString());

        assertThat(end.exit()).as(end.output()).isZero();
        assertThat(end.output()).startsWith("EnvironmentException: ALE ").endsWith("alive\n");
    }

    @Test
    void shouldPlayAnUnknownCartridgeThatStarts() throws Exception {
        // Whatever its file is called: the environment's name says which game it is.
        try (Environment environment = Environments.create(
                "ale/breakout",
                0,
                Map.of("rom", catchCopy("Some Game (1978).a26").toString(), "actions", "minimal"))) {
            assertThat(Players.followingEpisode(environment)).isEqualTo(100f);
        }
    }

    @Test
    void shouldSayNothingOnTheOutputOfTheProcess() throws Exception {
        ChildJvm.End end = ChildJvm.run(Attempt.class, "early", "");

        assertThat(end.output().lines()).hasSize(2);
    }

    @Test
    void shouldLeaveNoFilesBehind() throws IOException {
        long before = copies();
        Environments.create("ale/catch", 0, Map.of()).close();
        Environments.create("ale/breakout", 0, Map.of("rom", catchCopy("x.bin").toString()))
                .close();
        assertThatThrownBy(() -> Environments.create("ale/breakout", 0, Map.of("rom", folder.toString())))
                .isInstanceOf(EnvironmentException.class);

        assertThat(copies()).isLessThanOrEqualTo(before);
    }

    private void requireRefusal(String what, Path file, String message) throws Exception {
        ChildJvm.End end = ChildJvm.run(Attempt.class, what, file.toString());

        assertThat(end.exit()).as(end.output()).isZero();
        assertThat(end.output()).startsWith(message).endsWith("alive\n");
        assertThat(end.output().lines()).hasSize(2);
    }

    private Path catchCopy(String name) throws IOException {
        return Files.write(folder.resolve(name), Cartridge.resource("catch.bin"));
    }

    private static long copies() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("perennial-ale-"))
                    .count();
        }
    }
}
