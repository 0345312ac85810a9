package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;

class RecoveryTest {

    @TempDir
    private Path folder;

    private Path checkpoints;
    private Path savepoints;
    private Recovery recovery;

    @BeforeEach
    void makeRecovery() {
        checkpoints = folder.resolve("checkpoints/job");
        savepoints = folder.resolve("savepoints");
        recovery = new Recovery(checkpoints, savepoints, 2);
    }

    @Test
    void shouldFindNothingWhereNothingIs() {
        assertThat(recovery.newest()).isEmpty();
        recovery.deleteLeftovers();
    }

    @Test
    void shouldGoOnAtTheNewestCompleteCheckpoint() throws IOException {
        complete(checkpoints.resolve("chk-9"), 100);
        Path newest = complete(checkpoints.resolve("chk-10"), 200);
        begun(checkpoints.resolve("chk-11"));
        complete(savepoints.resolve("savepoint-1"), 50);

        assertThat(recovery.newest()).contains(new Recovery.Place(newest, true));
    }

    @Test
    void shouldGoOnAtASavepointThatIsNewerAndLeaveItToItsOwner() throws IOException {
        complete(checkpoints.resolve("chk-10"), 200);
        Path savepoint = complete(savepoints.resolve("savepoint-2"), 300);
        complete(savepoints.resolve("savepoint-1"), 100);

        assertThat(recovery.newest()).contains(new Recovery.Place(savepoint, false));
    }

    @Test
    void shouldKeepAsManyCheckpointsAsAskedForAndAllThatIsNoCheckpoint() throws IOException {
        complete(checkpoints.resolve("chk-8"), 100);
        complete(checkpoints.resolve("chk-9"), 200);
        complete(checkpoints.resolve("chk-10"), 300);
        begun(checkpoints.resolve("chk-11"));
        begun(checkpoints.resolve("shared"));
        complete(savepoints.resolve("savepoint-1"), 50);

        recovery.deleteLeftovers();

        assertThat(checkpoints)
                .isDirectoryNotContaining("glob:**/chk-8")
                .isDirectoryNotContaining("glob:**/chk-11")
                .isDirectoryContaining("glob:**/chk-9")
                .isDirectoryContaining("glob:**/chk-10")
                .isDirectoryContaining("glob:**/shared");
        assertThat(savepoints).isDirectoryContaining("glob:**/savepoint-1");
    }

    @Test
    void shouldRefuseCheckpointsThatLieElsewhere() {
        assertThat(Recovery.checkpointFolder("file:///a/b", "job")).isEqualTo(Path.of("/a/b/job"));
        assertThatThrownBy(() -> Recovery.checkpointFolder("s3://a/b", "job"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found=s3://a/b");
    }

    private static Path complete(Path folder, long second) throws IOException {
        begun(folder);
        Path metadata = Files.writeString(folder.resolve("_metadata"), "m");
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(second * 1000));
        return folder;
    }

    private static void begun(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("state"), "s");
    }
}
