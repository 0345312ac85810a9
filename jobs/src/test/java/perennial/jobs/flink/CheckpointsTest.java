package perennial.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;

class CheckpointsTest {

    @TempDir
    private Path state;

    @Test
    void shouldFindTheNewestCompleteOne() throws IOException {
        complete("checkpoints/job/chk-3", 3_000);
        Path newest = complete("savepoints/savepoint-1", 5_000);
        complete("checkpoints/job/chk-4", 4_000);
        // One that a kill cut short has no metadata.
        Files.createDirectories(state.resolve("checkpoints/job/chk-9"));

        assertThat(Checkpoints.resolve("latest", state))
                .isEqualTo(newest.toUri().toString());
    }

    @Test
    void shouldTakeAPathAsItIs() throws IOException {
        Path one = complete("chk-1", 1_000);

        assertThat(Checkpoints.resolve(one.toString(), state))
                .isEqualTo(one.toUri().toString());
        assertThat(Checkpoints.resolve("s3://bucket/chk-1", state)).isEqualTo("s3://bucket/chk-1");
    }

    @Test
    void shouldSayThatThereIsNone() {
        assertThatThrownBy(() -> Checkpoints.resolve("latest", state))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no complete checkpoint or savepoint under " + state);
        assertThatThrownBy(() -> Checkpoints.resolve(state.resolve("none").toString(), state))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a folder with a file _metadata is needed");
    }

    private Path complete(String name, long modified) throws IOException {
        Path folder = Files.createDirectories(state.resolve(name));
        Path metadata = Files.createFile(folder.resolve("_metadata"));
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(modified));
        return folder;
    }
}
