package perennial.jobs.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;

/** Asks a Flink cluster, over its REST interface, how a job is getting on. */
public final class FlinkRest {

    /** A line of a stack trace that says what was thrown: class and message. */
    private static final Pattern ROOT_CAUSE = Pattern.compile("(?:Caused by: )?([\\w.$]+): (.*)");

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI address;

    public FlinkRest(URI address) {
        this.address = address;
    }

    /**
     * How a job is getting on.
     *
     * @param state Flink's word for it: RUNNING, RESTARTING, FINISHED and so on
     * @param records records that the learners have taken in, all together, since the job last started
     * @param completedCheckpoints checkpoints completed since it was submitted
     * @param checkpointTrouble why the newest checkpoint failed; empty where none did, or a later one was completed
     */
    public record Progress(String state, long records, long completedCheckpoints, String checkpointTrouble) {}

    /** Asks for the progress of {@code job}; records are counted at the operator called {@code operatorName}. */
    public Progress progress(JobID job, String operatorName) throws IOException, InterruptedException {
        JsonNode overview = get("/jobs/" + job);
        long records = 0;
        for (JsonNode vertex : overview.path("vertices")) {
            if (vertex.path("name").asText().contains(operatorName)) {
                records = vertex.path("metrics").path("read-records").asLong();
            }
        }
        JsonNode checkpoints = get("/jobs/" + job + "/checkpoints");
        JsonNode failed = checkpoints.path("latest").path("failed");
        JsonNode completed = checkpoints.path("latest").path("completed");
        boolean trouble = failed.path("id").asLong(0) > completed.path("id").asLong(0);
        return new Progress(
                overview.path("state").asText(),
                records,
                checkpoints.path("counts").path("completed").asLong(),
                trouble ? failed.path("failure_message").asText("it gave no reason") : "");
    }

    /**
     * The newest failure that made a job start again, or that ended it.
     *
     * @param timestamp when it happened, in milliseconds since 1970
     * @param type class of the exception at the bottom of its causes
     * @param message the message of that exception
     */
    public record Failure(long timestamp, String type, String message) {}

    /** The newest failure of {@code job}, or empty where there was none. */
    public Optional<Failure> newestFailure(JobID job) throws IOException, InterruptedException {
        JsonNode newest = get("/jobs/" + job + "/exceptions")
                .path("exceptionHistory")
                .path("entries")
                .path(0);
        if (newest.isMissingNode()) {
            return Optional.empty();
        }
        String rootCause = newest.path("stacktrace")
                .asText()
                .lines()
                .filter(line -> !line.startsWith("\t"))
                .filter(line -> line.contains(": "))
                .reduce((first, later) -> later.startsWith("Caused by: ") ? later : first)
                .orElse(newest.path("exceptionName").asText());
        Matcher parts = ROOT_CAUSE.matcher(rootCause);
        long timestamp = newest.path("timestamp").asLong();
        return Optional.of(
                parts.matches()
                        ? new Failure(timestamp, parts.group(1), parts.group(2))
                        : new Failure(timestamp, "", rootCause));
    }

    /** Whether the job runs with all its tasks. */
    public boolean allTasksRun(JobID job) throws IOException, InterruptedException {
        JsonNode vertices = get("/jobs/" + job).path("vertices");
        for (JsonNode vertex : vertices) {
            if (!vertex.path("status").asText().equals("RUNNING")) {
                return false;
            }
        }
        return !vertices.isEmpty();
    }

    /**
     * Asks for a savepoint that ends the job, and returns before it is written.
     *
     * @param folder folder that savepoints go to
     * @return what {@link #isStopped} is to be asked with
     */
    public String stopWithSavepoint(JobID job, Path folder) throws IOException, InterruptedException {
        String wish = json.createObjectNode()
                .put("targetDirectory", folder.toAbsolutePath().toUri().toString())
                .put("drain", false)
                .toString();
        return send(HttpRequest.newBuilder(address.resolve("/jobs/" + job + "/stop"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(wish)))
                .path("request-id")
                .asText();
    }

    /**
     * Whether a job that was asked to stop has done so, or has failed to. A cluster of one job waits minutes for somebody to ask before
     * it ends.
     *
     * @param request what {@link #stopWithSavepoint} returned
     */
    public boolean isStopped(JobID job, String request) throws IOException, InterruptedException {
        return get("/jobs/" + job + "/savepoints/" + request)
                .path("status")
                .path("id")
                .asText()
                .equals("COMPLETED");
    }

    /** When the newest checkpoint or savepoint of {@code job} was completed; empty where none was since the job started. */
    public Optional<Instant> newestCheckpoint(JobID job) throws IOException, InterruptedException {
        JsonNode latest = get("/jobs/" + job + "/checkpoints").path("latest");
        long newest = 0;
        for (String kind : List.of("completed", "savepoint")) {
            newest = Math.max(
                    newest, latest.path(kind).path("latest_ack_timestamp").asLong(0));
        }
        return newest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(newest));
    }

    /** The newest job of this name that has not ended; empty where there is none. */
    public Optional<JobID> job(String name) throws IOException, InterruptedException {
        JobID newest = null;
        long started = Long.MIN_VALUE;
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            boolean ended = job.path("end-time").asLong(-1) >= 0;
            if (!ended
                    && job.path("name").asText().equals(name)
                    && job.path("start-time").asLong() > started) {
                started = job.path("start-time").asLong();
                newest = JobID.fromHexString(job.path("jid").asText());
            }
        }
        return Optional.ofNullable(newest);
    }

    /**
     * What a completed checkpoint cost one operator.
     *
     * @param synchronousMillis time for which its tasks stood still, the longest of its subtasks
     * @param asynchronousMillis time that went by beside their work, the longest of its subtasks
     * @param endToEndMillis time from the checkpoint's beginning until its last subtask was done
     * @param bytes size of the operator's state
     */
    public record Checkpoint(long synchronousMillis, long asynchronousMillis, long endToEndMillis, long bytes) {}

    /** The newest completed checkpoints of {@code job}, oldest first, as they were for the operator called {@code operatorName}. */
    public List<Checkpoint> checkpoints(JobID job, String operatorName) throws IOException, InterruptedException {
        String vertex = "";
        for (JsonNode candidate : get("/jobs/" + job).path("vertices")) {
            if (candidate.path("name").asText().contains(operatorName)) {
                vertex = candidate.path("id").asText();
            }
        }
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (JsonNode checkpoint : get("/jobs/" + job + "/checkpoints").path("history")) {
            if (checkpoint.path("status").asText().equals("COMPLETED")) {
                JsonNode task = get("/jobs/" + job + "/checkpoints/details/"
                        + checkpoint.path("id").asLong() + "/subtasks/" + vertex);
                JsonNode duration = task.path("summary").path("checkpoint_duration");
                checkpoints.add(new Checkpoint(
                        duration.path("sync").path("max").asLong(),
                        duration.path("async").path("max").asLong(),
                        task.path("end_to_end_duration").asLong(),
                        task.path("state_size").asLong()));
            }
        }
        Collections.reverse(checkpoints);
        return checkpoints;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path)));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest ready = request.timeout(TIMEOUT).build();
        HttpResponse<byte[]> response = client.send(ready, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new IOException("the cluster answered " + response.statusCode() + " to "
                    + ready.uri().getPath());
        }
        return json.readTree(response.body());
    }
}
