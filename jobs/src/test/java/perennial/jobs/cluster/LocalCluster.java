package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import perennial.jobs.PerennialProcess;
import perennial.jobs.flink.FlinkRest;

/** A cluster that {@code perennial cluster start} has started, whose processes can be killed. */
final class LocalCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Path folder;
    private final Path state;
    private final ClusterFolder files;
    private final HttpClient http = HttpClient.newHttpClient();

    private LocalCluster(Path folder, Path state) {
        this.folder = folder;
        this.state = state;
        this.files = new ClusterFolder(state);
    }

    /**
     * Starts a cluster on any free ports and returns when its job runs.
     *
     * @param folder where the command is run
     * @param configuration the job
     * @param more further options
     */
    static LocalCluster start(Path folder, Path configuration, String... more) throws Exception {
        LocalCluster cluster = new LocalCluster(folder, folder.resolve("cluster"));
        List<Object> arguments = new ArrayList<>(List.of(
                "cluster",
                "start",
                "--config",
                configuration,
                "--state",
                cluster.state,
                "--kafka-port",
                "0",
                "--web-port",
                "0",
                "--heap",
                "256"));
        arguments.addAll(Arrays.asList(more));
        try (PerennialProcess start = PerennialProcess.start(folder, arguments.toArray())) {
            await("the start of a cluster").atMost(PATIENCE).until(() -> !start.isAlive());
            assertThat(start.await()).as(start.output()).isZero();
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /** What it last told of itself. */
    ClusterState state() {
        return files.state().orElseThrow(() -> new IllegalStateException("no cluster runs: " + supervisorLog()));
    }

    /** Where its files are. */
    ClusterFolder files() {
        return files;
    }

    String bootstrapServers() {
        return state().bootstrapServers();
    }

    String supervisorLog() {
        return files.lastLines("supervisor", 50);
    }

    /** Ends a process as kill -9 does, once it runs, and waits until it is gone. */
    void kill(String member) {
        long pid = await("a process to kill: " + member).atMost(PATIENCE).until(() -> pid(member), found -> found != 0);
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Its process id, or 0 where it is not there. */
    long pid(String member) {
        return state().members().stream()
                .filter(found -> found.name().equals(member))
                .mapToLong(ClusterState.Member::pid)
                .filter(pid -> pid != 0 && ProcessHandle.of(pid).isPresent())
                .findFirst()
                .orElse(0);
    }

    /** Whether the JobManager is there and all tasks of the job run. */
    boolean jobRuns() throws InterruptedException {
        try {
            return new FlinkRest(URI.create(state().webPage())).allTasksRun(JobID.fromHexString(state().job()));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the JobManager knows of a failure of the job since then, in milliseconds of the epoch. */
    boolean jobFailedSince(long epochMillis) throws InterruptedException {
        try {
            return new FlinkRest(URI.create(state().webPage()))
                    .newestFailure(JobID.fromHexString(state().job()))
                    .filter(failure -> failure.timestamp() >= epochMillis)
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Those TaskManagers that run tasks of the job; none where the JobManager does not answer. */
    List<String> busyTaskManagers() {
        List<String> busy = new ArrayList<>();
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(state().webPage() + "/taskmanagers"))
                            .timeout(Duration.ofSeconds(2))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            for (JsonNode found : new ObjectMapper().readTree(answer.body()).path("taskmanagers")) {
                if (found.path("freeSlots").asInt() < found.path("slotsNumber").asInt()) {
                    // Named taskmanager-N-SUPERVISOR-START.
                    busy.add(found.path("id").asText().replaceFirst("-\\d+-\\d+$", ""));
                }
            }
        } catch (IOException e) {
            return busy;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return busy;
    }

    /** What each process serves where Prometheus is told to find it, by the process; nothing of one that does not answer. */
    Map<String, String> metrics() throws IOException, InterruptedException {
        Map<String, String> served = new TreeMap<>();
        for (JsonNode target : new ObjectMapper().readTree(files.prometheus().toFile())) {
            URI address = URI.create("http://" + target.get("targets").get(0).asText() + "/metrics");
            String process = target.get("labels").get("process").asText();
            try {
                served.put(
                        process,
                        http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                                .body());
            } catch (IOException e) {
                served.put(process, "");
            }
        }
        return served;
    }

    /** Stops it in order, with a savepoint. */
    void stop() throws Exception {
        try (PerennialProcess stop = PerennialProcess.start(folder, "cluster", "stop", "--state", state)) {
            assertThat(stop.await()).as(stop.output()).isZero();
        }
    }

    /** Ends whatever is left of it. */
    @Override
    public void close() {
        if (!files.inUse()) {
            return;
        }
        files.state().map(ClusterState::supervisor).flatMap(ProcessHandle::of).ifPresent(supervisor -> {
            supervisor.destroyForcibly();
            supervisor.onExit().orTimeout(1, TimeUnit.MINUTES).join();
        });
        // Its processes end with their input, and then the broker's folder is free.
        await().atMost(PATIENCE).until(() -> state().members().stream()
                .noneMatch(member ->
                        member.pid() != 0 && ProcessHandle.of(member.pid()).isPresent()));
    }
}
