package perennial.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.policy.PolicyFolder.Outcome;
import perennial.v1.ActorPosition;

class PolicyFolderTest {

    @TempDir
    private Path parent;

    private Path path;
    private PolicyFolder folder;
    private long clock = 1_700_000_000_000L;

    @BeforeEach
    void make() throws IOException {
        path = parent.resolve("policies");
        folder = new PolicyFolder(path, 0);
    }

    @Test
    void shouldWriteEachPolicyAndTheNewestWithWhatTheyAre() throws IOException {
        assertThat(write("dqn", 100, 1)).isEqualTo(Outcome.NEWEST);
        assertThat(write("dqn", 200, 2)).isEqualTo(Outcome.NEWEST);

        assertThat(files())
                .containsExactly(
                        "dqn.json",
                        "dqn.safetensors",
                        "dqn@100.json",
                        "dqn@100.safetensors",
                        "dqn@200.json",
                        "dqn@200.safetensors");
        assertThat(path.resolve("dqn@100.safetensors")).hasBinaryContent(Chunks.weights(1));
        assertThat(path.resolve("dqn@200.safetensors")).hasBinaryContent(Chunks.weights(2));
        assertThat(path.resolve("dqn.safetensors")).hasBinaryContent(Chunks.weights(2));
        JsonNode newest = new ObjectMapper().readTree(path.resolve("dqn.json").toFile());
        assertThat(newest)
                .isEqualTo(
                        new ObjectMapper().readTree(path.resolve("dqn@200.json").toFile()));
        assertThat(newest.path("version").asLong()).isEqualTo(200);
        assertThat(newest.path("file").asText()).isEqualTo("dqn@200.safetensors");
        assertThat(newest.path("published").asText()).isEqualTo("2023-11-14T22:13:20.002Z");
        assertThat(newest.path("trainedThrough").toString())
                .isEqualTo("[{\"stream\":\"s\",\"actor\":3,\"sequence\":799}]");
        assertThat(newest.path("sha256").asText()).hasSize(64);
    }

    @Test
    void shouldPassOverWhatALearnerPublishesAgainAfterAFailure() throws IOException {
        write("dqn", 100, 1);
        write("dqn", 200, 2);

        assertThat(write("dqn", 100, 1)).isEqualTo(Outcome.THERE);
        assertThat(write("dqn", 200, 2)).isEqualTo(Outcome.THERE);

        assertThat(path.resolve("dqn.safetensors")).hasBinaryContent(Chunks.weights(2));
        assertThat(write("dqn", 300, 3)).isEqualTo(Outcome.NEWEST);
    }

    @Test
    void shouldFollowALearnerThatBeganAnew() throws IOException {
        write("dqn", 100, 1);
        write("dqn", 200, 2);

        assertThat(write("dqn", 100, 7)).isEqualTo(Outcome.WENT_BACK);

        assertThat(path.resolve("dqn@100.safetensors")).hasBinaryContent(Chunks.weights(7));
        assertThat(path.resolve("dqn.safetensors")).hasBinaryContent(Chunks.weights(7));
        assertThat(write("dqn", 200, 8)).isEqualTo(Outcome.NEWEST);
        assertThat(path.resolve("dqn.safetensors")).hasBinaryContent(Chunks.weights(8));
    }

    @Test
    void shouldNotTakeAnOlderPolicyForTheNewest() throws IOException {
        write("dqn", 200, 2);
        PublishedPolicy older = policy("dqn", 100, 1, clock - 60_000);

        assertThat(folder.write(older)).isEqualTo(Outcome.WRITTEN);

        assertThat(path.resolve("dqn.safetensors")).hasBinaryContent(Chunks.weights(2));
    }

    @Test
    void shouldGoOnInAFolderThatIsThere() throws IOException {
        write("dqn", 100, 1);
        write("dqn", 200, 2);
        FileTime before = Files.getLastModifiedTime(path.resolve("dqn.safetensors"));

        folder = new PolicyFolder(path, 0);

        assertThat(folder.write(policy("dqn", 200, 2, clock))).isEqualTo(Outcome.THERE);
        assertThat(write("dqn", 100, 1)).isEqualTo(Outcome.THERE);
        assertThat(Files.getLastModifiedTime(path.resolve("dqn.safetensors"))).isEqualTo(before);
        Files.delete(path.resolve("dqn.safetensors"));
        folder = new PolicyFolder(path, 0);
        folder.write(policy("dqn", 200, 2, clock));
        assertThat(path.resolve("dqn.safetensors")).hasBinaryContent(Chunks.weights(2));
    }

    @Test
    void shouldWriteAgainWhatWasLeftWithoutADescription() throws IOException {
        Files.write(path.resolve("dqn@100.safetensors"), new byte[] {1, 2});
        Files.writeString(path.resolve("dqn@200.json"), "{\"sha256\": ");

        assertThat(write("dqn", 100, 1)).isEqualTo(Outcome.NEWEST);
        assertThat(write("dqn", 200, 2)).isEqualTo(Outcome.NEWEST);
        assertThat(path.resolve("dqn@100.safetensors")).hasBinaryContent(Chunks.weights(1));
    }

    @Test
    void shouldKeepTheLastOfEachLearnerOnly() throws IOException {
        folder = new PolicyFolder(path, 2);
        // Its name begins as that of another, with what looks like a version.
        write("dqn-2", 1, 1);
        for (int i = 1; i <= 5; i++) {
            write("dqn", 100 * i, i);
        }

        assertThat(files())
                .containsExactly(
                        "dqn-2.json",
                        "dqn-2.safetensors",
                        "dqn-2@1.json",
                        "dqn-2@1.safetensors",
                        "dqn.json",
                        "dqn.safetensors",
                        "dqn@400.json",
                        "dqn@400.safetensors",
                        "dqn@500.json",
                        "dqn@500.safetensors");
        // Published again after a failure, they are known although their files are gone.
        assertThat(write("dqn", 100, 1)).isEqualTo(Outcome.THERE);
        assertThat(write("dqn", 600, 6)).isEqualTo(Outcome.NEWEST);
        assertThat(files()).contains("dqn@500.json", "dqn@600.json").doesNotContain("dqn@400.json");
    }

    @Test
    void shouldKeepWhatALearnerThatBeganAnewPublishes() throws IOException {
        folder = new PolicyFolder(path, 1);
        write("dqn", 900, 1);

        write("dqn", 10, 2);

        assertThat(files()).containsExactly("dqn.json", "dqn.safetensors", "dqn@10.json", "dqn@10.safetensors");
    }

    private Outcome write(String learner, long version, float value) throws IOException {
        return folder.write(policy(learner, version, value, ++clock));
    }

    private static PublishedPolicy policy(String learner, long version, float value, long publishedMs) {
        return new PublishedPolicy(
                learner,
                "s",
                version,
                List.of(new ActorPosition("s", 3, 4 * version - 1)),
                1,
                publishedMs,
                Chunks.weights(value));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
