package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.StateFolder;

class PrivateFilesTest {

    @TempDir
    private Path folder;

    @Test
    void shouldMakeAStateFolderForItsOwnerAlone() throws IOException {
        Path state = StateFolder.make(folder.resolve("results/state"));

        assertThat(modes(state)).isEqualTo("rwx------");
        assertThat(modes(folder.resolve("results"))).as("of what is not state").isNotEqualTo("rwx------");
    }

    @Test
    void shouldLeaveAFolderThatIsThereAsItIs() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));

        assertThat(modes(StateFolder.make(folder))).isEqualTo("rwxr-x---");
    }

    @Test
    void shouldMakeATemporaryFolderForItsOwnerAloneAndNotRemoveWhatLinksLeadTo() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "x");
        Path path;
        try (TemporaryFolder temporary = new TemporaryFolder("perennial-test-", "a test")) {
            path = temporary.path();
            assertThat(modes(path)).isEqualTo("rwx------");
            Files.createDirectories(path.resolve("a/b"));
            Files.createSymbolicLink(path.resolve("a/link"), precious);
            Files.createSymbolicLink(path.resolve("a/folder"), folder);
        }

        assertThat(path).doesNotExist();
        assertThat(precious).exists();
    }

    private static String modes(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
