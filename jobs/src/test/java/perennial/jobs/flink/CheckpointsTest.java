package perennial.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;

class CheckpointsTest {

    @TempDir
    private Path state;

    private final List<String> told = new ArrayList<>();

    @Test
    void shouldFindTheNewestCompleteOne() throws IOException {
        complete("checkpoints/job/chk-3", 3_000);
        Path newest = complete("savepoints/savepoint-1", 5_000);
        complete("checkpoints/job/chk-4", 4_000);
        // One that a kill cut short has no metadata.
        Files.createDirectories(state.resolve("checkpoints/job/chk-9"));

        assertThat(Checkpoints.resolve("latest", state, told::add))
                .isEqualTo(newest.toUri().toString());
        assertThat(told).isEmpty();
    }

    @Test
    void shouldPassOverDamagedOnesAndSaySo() throws IOException {
        Path whole = complete("chk-3", 3_000);
        Path empty = complete("chk-4", 4_000);
        damage(empty, new byte[0]);
        Path garbage = complete("chk-5", 5_000);
        byte[] bytes = Files.readAllBytes(garbage.resolve("_metadata"));
        Arrays.fill(bytes, 12, bytes.length, (byte) 0x7f);
        damage(garbage, bytes);

        assertThat(Checkpoints.newest(state, told::add)).contains(whole);
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).contains("passed over a damaged checkpoint", garbage.toString());
        assertThat(told.get(1)).contains(empty.toString());
        assertThat(Checkpoints.before(whole.toUri().toString(), state, told::add))
                .isEmpty();
        assertThat(Checkpoints.before(garbage.toUri().toString(), state, told::add))
                .contains(whole);
    }

    @Test
    void shouldTakeAPathAsItIs() throws IOException {
        Path one = complete("chk-1", 1_000);

        assertThat(Checkpoints.resolve(one.toString(), state, told::add))
                .isEqualTo(one.toUri().toString());
        assertThat(Checkpoints.resolve("s3://bucket/chk-1", state, told::add)).isEqualTo("s3://bucket/chk-1");
    }

    @Test
    void shouldSayThatThereIsNone() {
        assertThatThrownBy(() -> Checkpoints.resolve("latest", state, told::add))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no whole checkpoint or savepoint under " + state);
        assertThatThrownBy(() -> Checkpoints.resolve(state.resolve("none").toString(), state, told::add))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a folder with a file _metadata is needed");
    }

    private Path complete(String name, long modified) throws IOException {
        Path folder = Files.createDirectories(state.resolve(name));
        Path metadata = folder.resolve("_metadata");
        try (OutputStream out = Files.newOutputStream(metadata)) {
            org.apache.flink.runtime.checkpoint.Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(7, List.of(), List.of()), out);
        }
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(modified));
        return folder;
    }

    /** Gives a checkpoint other metadata, of the same time. */
    private static void damage(Path folder, byte[] bytes) throws IOException {
        Path metadata = folder.resolve("_metadata");
        FileTime modified = Files.getLastModifiedTime(metadata);
        Files.write(metadata, bytes);
        Files.setLastModifiedTime(metadata, modified);
    }
}
