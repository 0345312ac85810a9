package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import perennial.jobs.CommandRun;
import perennial.jobs.FreePorts;
import perennial.jobs.LearnerJob;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.streaming.LearnerTopology;

/**
 * One session cluster that takes the job twenty times, each time with a class loader of its own for {@code perennial.jar}, while the
 * libraries are the cluster's: no class loader stays behind, and no native library is loaded twice. The profile {@code soak}
 * runs it.
 */
class SubmissionsSoak {

    private static final int SUBMISSIONS = 20;
    private static final int WARM = 5;
    private static final String SESSION = "session";
    private static final String TASK_MANAGER = "taskmanager-1";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Path JAR = Path.of("target/perennial.jar");

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    @Test
    void shouldTakeTheJobAgainAndAgain() throws Exception {
        Path state = Files.createDirectories(Path.of(System.getProperty("perennial.soak.folder", "target/soak"))
                .toAbsolutePath());
        ClusterFolder folder = new ClusterFolder(state.resolve("session"));
        Folders.delete(folder.path());
        folder.create();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            Path file = configuration(folder, kafka.bootstrapServers());
            publish(folder, file);
            Member session = member(folder, MemberProcess.Role.SESSION, SESSION, "-Xmx384m");
            Member taskManager = member(folder, MemberProcess.Role.TASK_MANAGER, TASK_MANAGER, "-Xmx384m");
            try (ProcessSamples samples = new ProcessSamples(state.resolve("submissions.csv"))) {
                session.start();
                taskManager.start();
                submitAgainAndAgain(folder, file, samples, session, taskManager);
            } finally {
                taskManager.stop(20);
                session.stop(20);
            }
        }
    }

    private void submitAgainAndAgain(
            ClusterFolder folder, Path file, ProcessSamples samples, Member session, Member taskManager)
            throws Exception {
        URI web = URI.create("http://localhost:" + webPort(folder));
        FlinkRest rest = new FlinkRest(web);
        StringBuilder metaspace = new StringBuilder();
        for (int submission = 1; submission <= SUBMISSIONS; submission++) {
            JobID job = submit(web, file);
            await("submission " + submission + " learns")
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> rest.progress(job, LearnerTopology.LEARNERS).records() > 0);
            cancel(web, job);
            for (Member member : List.of(session, taskManager)) {
                ProcessSamples.collectGarbage(member.process().pid());
                samples.take(member.name(), member.process().pid());
            }
        }
        for (Member member : List.of(session, taskManager)) {
            List<ProcessSamples.Sample> seen = samples.of(member.name(), 0);
            assertThat(seen).as("lives on: " + member.name()).hasSize(SUBMISSIONS);
            List<ProcessSamples.Sample> warm = seen.subList(WARM - 1, SUBMISSIONS);
            metaspace.append(samples.trends(member.name(), warm.get(0).hours()));
            ProcessSamples.Sample first = warm.get(0);
            ProcessSamples.Sample last = warm.get(warm.size() - 1);
            // What stays behind stays behind each time: a class loader with its megabytes, a client with its thread and
            // its sockets.
            assertThat(last.metaspaceMiB() - first.metaspaceMiB())
                    .as("metaspace of " + member.name() + ", MiB, from the fifth submission to the last")
                    .isLessThan(3);
            assertThat(last.openFiles() - first.openFiles())
                    .as("open files of " + member.name())
                    .isLessThan(SUBMISSIONS - WARM);
            assertThat(last.threads() - first.threads())
                    .as("threads of " + member.name())
                    .isLessThan(SUBMISSIONS - WARM);
            assertThat(Files.readString(folder.log(member.name())))
                    .doesNotContain(
                            "UnsatisfiedLinkError", "NoClassDefFoundError", "ClassCastException", "OutOfMemoryError");
        }
        Files.writeString(folder.path().resolveSibling("submissions.txt"), metaspace);
    }

    private static Member member(ClusterFolder folder, MemberProcess.Role role, String name, String heap) {
        return new Member(
                name,
                role,
                List.of(heap, "-XX:+UseSerialGC"),
                start -> List.of("--configDir", folder.flink().toString(), "-Dio.tmp.dirs=" + folder.temporary(name)),
                folder);
    }

    private static Path configuration(ClusterFolder folder, String bootstrapServers) throws IOException {
        Path uploads = Files.createDirectories(folder.path().resolve("uploads/flink-web-upload"));
        Files.copy(JAR, uploads.resolve(JAR.getFileName()));
        FlinkFiles.write(
                folder,
                Map.of(
                        "parallelism.default", "1",
                        "execution.checkpointing.interval", "1s",
                        "web.submit.enable", "true",
                        "web.upload.dir", folder.path().resolve("uploads").toString(),
                        "metrics.fetcher.update-interval", "1s"),
                new ClusterSpec(JAR, List.of(), folder.path(), false, 1, 384, 0, 0),
                FreePorts.wantedOrFree(0),
                FreePorts.wantedOrFree(0));
        return Files.writeString(folder.path().resolve("job.yaml"), """
                name: submissions
                kafka: {bootstrap.servers: "%s"}
                labels:
                  stream: s
                  images: {type: synthetic, channels: 1, rows: 8, columns: 8, classes: 10, count: 200, litFraction: 0.3}
                  change: {type: randomLabels}
                  resets: 1
                  examplesPerTask: 5000
                learners:
                  - name: nap
                    streams: [s]
                    task: {type: classification, input: [64], classes: 10, scale: 0.00392156862745098}
                    network: {type: mlp, hidden: [64, 64], normalisation: layernorm}
                    method: {type: nap}
                """.formatted(bootstrapServers));
    }

    private static void publish(ClusterFolder folder, Path file) {
        JobTopics.create(Configuration.load(file, List.of()));
        CommandRun produce = CommandRun.of("produce", "labels", "--config", file);
        assertThat(produce.exitCode()).as(folder.path() + produce.err()).isZero();
    }

    private JobID submit(URI web, Path file) {
        ObjectNode wish = json.createObjectNode().put("entryClass", LearnerJob.class.getName());
        wish.putArray("programArgsList").add("--config").add(file.toString());
        JsonNode answer = await("the cluster takes jobs")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> send(HttpRequest.newBuilder(web.resolve("/jars/" + JAR.getFileName() + "/run"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(wish.toString()))),
                        found -> found.has("jobid"));
        return JobID.fromHexString(answer.path("jobid").asText());
    }

    private void cancel(URI web, JobID job) throws Exception {
        send(HttpRequest.newBuilder(web.resolve("/jobs/" + job + "?mode=cancel"))
                .method("PATCH", HttpRequest.BodyPublishers.noBody()));
        await("the end of the job").atMost(PATIENCE).until(() -> send(HttpRequest.newBuilder(
                        web.resolve("/jobs/" + job)))
                .path("state")
                .asText()
                .equals("CANCELED"));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return json.readTree(
                http.send(request.timeout(Duration.ofMinutes(1)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private static int webPort(ClusterFolder folder) {
        List<String> lines = new ArrayList<>();
        try {
            lines.addAll(Files.readAllLines(folder.flink().resolve("config.yaml"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines.stream()
                .filter(line -> line.startsWith("rest.port: "))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
