package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import perennial.jobs.CommandRun;
import perennial.jobs.FreePorts;
import perennial.jobs.LearnerJob;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.kafka.JobTopics;
import perennial.streaming.LearnerTopology;

/** A small job, and the REST interface of a session cluster that takes it again and again as {@code perennial.jar}. */
final class SessionSubmissions {

    static final Path JAR = Path.of("target/perennial.jar");

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int HEAP_MEGABYTES = 384;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Path configuration;
    private final URI web;

    private SessionSubmissions(Path configuration, URI web) {
        this.configuration = configuration;
        this.web = web;
    }

    /**
     * Writes the cluster's configuration and the job's, and publishes what the job is to learn from.
     *
     * @param engine what the job's learner computes on
     */
    static SessionSubmissions prepare(ClusterFolder folder, String bootstrapServers, String engine) throws IOException {
        Path uploads = Files.createDirectories(folder.path().resolve("uploads/flink-web-upload"));
        Files.copy(JAR, uploads.resolve(JAR.getFileName()));
        int webPort = FreePorts.wantedOrFree(0);
        FlinkFiles.write(
                folder,
                Map.of(
                        "parallelism.default", "1",
                        "execution.checkpointing.interval", "1s",
                        "web.submit.enable", "true",
                        "web.upload.dir", folder.path().resolve("uploads").toString(),
                        "metrics.fetcher.update-interval", "1s"),
                new ClusterSpec(JAR, List.of(), folder.path(), false, 1, HEAP_MEGABYTES, 0, 0),
                webPort,
                FreePorts.wantedOrFree(0));
        Path file = Files.writeString(folder.path().resolve("job.yaml"), """
                name: submissions
                kafka: {bootstrap.servers: "%s"}
                engine: %s
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
                """.formatted(bootstrapServers, engine));
        JobTopics.create(Configuration.load(file, List.of()));
        CommandRun produce = CommandRun.of("produce", "labels", "--config", file);
        assertThat(produce.exitCode()).as(folder.path() + produce.err()).isZero();
        return new SessionSubmissions(file, URI.create("http://localhost:" + webPort));
    }

    /** Java heap of the processes, as a JVM is told. */
    static String heap() {
        return "-Xmx" + HEAP_MEGABYTES + "m";
    }

    /** Submits the job, waits until it learns, and cancels it. */
    void learnOnce(String submission) throws IOException, InterruptedException {
        FlinkRest rest = new FlinkRest(web);
        JobID job = submit();
        await(submission + " learns")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> rest.progress(job, LearnerTopology.LEARNERS).records() > 0);
        cancel(job);
    }

    private JobID submit() {
        ObjectNode wish = json.createObjectNode().put("entryClass", LearnerJob.class.getName());
        wish.putArray("programArgsList").add("--config").add(configuration.toString());
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

    private void cancel(JobID job) throws IOException, InterruptedException {
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
}
