package perennial.jobs.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import perennial.jobs.LearnerJob;
import perennial.jobs.WatchJob;
import perennial.jobs.config.Configuration;
import perennial.jobs.dashboard.DashboardAddress;

/** The compose file, as Docker Compose reads it and held against what it names. No container is started. */
class ComposeITCase {

    /** Those whose containers run Flink's processes. */
    private static final List<String> FLINK =
            List.of("jobmanager", "taskmanager", "watch-jobmanager", "watch-taskmanager");

    private final ComposeFile compose;

    ComposeITCase() throws IOException {
        this.compose = ComposeFile.read();
    }

    @Test
    void shouldBeValidToDockerCompose() throws Exception {
        Process process = start("docker-compose", "-f", ComposeFile.FILE.toString(), "config", "--services");
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines()).containsExactlyInAnyOrderElementsOf(compose.services());
    }

    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(
                    "the tests of deploy/compose need docker-compose: install it (Debian: apt-get install docker-compose)",
                    e);
        }
    }

    @Test
    void shouldOfferNothingToOtherMachines() {
        for (String service : compose.services()) {
            for (Object port : (List<?>) compose.service(service).getOrDefault("ports", List.of())) {
                assertThat(port.toString()).as(service).startsWith("127.0.0.1:");
            }
        }
    }

    @Test
    void shouldLimitWatchAndRestartEveryService() {
        for (String name : compose.services()) {
            Map<String, Object> service = compose.service(name);
            assertThat(service).as(name).containsKeys("restart", "security_opt", "cap_drop", "logging");
            assertThat(service.get("deploy").toString()).as(name).contains("cpus=", "memory=");
            // What ends by itself is known to be well by its end.
            if (!Set.of("topics", "producer").contains(name)) {
                assertThat(service).as(name).containsKey("healthcheck");
            }
        }
    }

    @Test
    void shouldMountWhatIsThere() throws IOException {
        Path folder = ComposeFile.FILE.getParent();
        Set<String> named = new HashSet<>(compose.section("volumes").keySet());
        for (String service : compose.services()) {
            for (Object volume : (List<?>) compose.service(service).getOrDefault("volumes", List.of())) {
                String source = volume instanceof Map<?, ?> bind
                        ? bind.get("source").toString().replaceAll("^\\$\\{\\w+:-(.*)}$", "$1")
                        : volume.toString().split(":")[0];
                if (source.startsWith(".")) {
                    assertThat(folder.resolve(source)).as(service).exists();
                } else {
                    assertThat(named).as(service).contains(source);
                }
            }
        }
    }

    @Test
    void shouldRunTheVersionsThatTheBuildHas() throws IOException {
        assertThat(compose.service("kafka")).containsEntry("image", "apache/kafka:" + Versions.of("kafka"));
        for (String service : List.of(
                "topics",
                "jobmanager",
                "taskmanager",
                "watch-jobmanager",
                "watch-taskmanager",
                "producer",
                "dashboard")) {
            assertThat(compose.service(service)).as(service).containsEntry("image", "perennial:" + Versions.project());
        }
    }

    @Test
    void shouldRunCommandsThatThereAre() {
        Map<String, List<String>> commands = new TreeMap<>();
        for (String service : compose.services()) {
            if (compose.command(service).stream().limit(1).anyMatch("perennial"::equals)) {
                commands.put(service, compose.command(service));
            }
        }

        assertThat(commands).containsOnlyKeys("topics", "producer", "dashboard");
        commands.values().forEach(DeployedCommands::check);
    }

    @Test
    void shouldTellFlinkOptionsThatItHas() throws Exception {
        FlinkKeys keys = FlinkKeys.all();
        for (String service : FLINK) {
            // The watch holds no networks.
            keys.check(service, compose.flinkProperties(service), service.startsWith("watch") ? 192 : 512);
        }
    }

    @Test
    void shouldRunJobsThatThereAre() {
        Map<String, Class<?>> classes = Map.of("jobmanager", LearnerJob.class, "watch-jobmanager", WatchJob.class);
        classes.forEach((service, job) -> assertThat(compose.command(service))
                .as(service)
                .startsWith("standalone-job", "--job-classname", job.getName(), "--")
                .containsSequence("--config", "/etc/perennial/job.yaml"));

        assertThat(compose.services())
                .filteredOn(service -> compose.command(service).contains("standalone-job"))
                .containsExactlyInAnyOrderElementsOf(classes.keySet());
    }

    /** A job goes on from the newest state on its volume, so there must be none but its own. */
    @Test
    void shouldKeepTheStatesOfItsJobsApart() {
        Map<String, List<String>> volumes = new TreeMap<>();
        for (String service : FLINK) {
            String volume = ((List<?>) compose.service(service).get("volumes"))
                    .stream()
                            .map(Object::toString)
                            .filter(mount -> mount.endsWith(":/state"))
                            .findFirst()
                            .orElseThrow();
            volumes.computeIfAbsent(volume, key -> new ArrayList<>()).add(service);
            Map<String, String> options = compose.flinkProperties(service);
            assertThat(options.get("execution.checkpointing.dir")).startsWith("file:///state/");
            assertThat(options.get("execution.checkpointing.savepoint-dir")).startsWith("file:///state/");
        }

        assertThat(volumes)
                .isEqualTo(Map.of(
                        "state:/state",
                        List.of("jobmanager", "taskmanager"),
                        "watch-state:/state",
                        List.of("watch-jobmanager", "watch-taskmanager")));
        for (String service : List.of("jobmanager", "watch-jobmanager")) {
            assertThat(String.join(" ", compose.command(service)))
                    .as(service)
                    .matches(".* --resume \\$\\{PERENNIAL_\\w+:-/state}");
        }
    }

    @Test
    void shouldMeetAtTheJobManagerOfTheSameJob() {
        for (String service : FLINK) {
            assertThat(compose.flinkProperties(service))
                    .containsEntry("jobmanager.rpc.address", service.replace("taskmanager", "jobmanager"));
        }
    }

    @Test
    void shouldMeetAtOneAddressOfTheBroker() {
        Map<?, ?> broker = (Map<?, ?>) compose.service("kafka").get("environment");
        Matcher inside = Pattern.compile("INSIDE://(kafka:\\d+)")
                .matcher(broker.get("KAFKA_ADVERTISED_LISTENERS").toString());
        assertThat(inside.find()).isTrue();
        for (String service : List.of("topics", "jobmanager", "watch-jobmanager", "producer", "dashboard")) {
            assertThat(String.join(" ", compose.command(service))).as(service).contains(inside.group(1));
        }
        assertThat(compose.service("kafka").get("healthcheck").toString()).contains(inside.group(1));
        // Whoever uses the example's own address on this machine reaches the same broker.
        assertThat(broker.get("KAFKA_ADVERTISED_LISTENERS").toString()).endsWith("OUTSIDE://127.0.0.1:9092");
        assertThat(Configuration.load(Path.of("../docs/examples/label-reset.yaml"), List.of())
                        .kafka())
                .containsEntry("bootstrap.servers", "localhost:9092");
    }

    @Test
    void shouldShowTheDashboardWhereItIsUsuallyFound() {
        assertThat(compose.service("dashboard").get("ports"))
                .isEqualTo(List.of("127.0.0.1:%1$d:%1$d".formatted(DashboardAddress.USUAL_PORT)));
        assertThat(compose.command("dashboard")).containsSequence("--port", DashboardAddress.USUAL_PORT + "");
    }

    @Test
    void shouldHaveMetricsWherePrometheusLooks() throws IOException {
        String looks = Files.readString(Path.of("../deploy/prometheus/prometheus.yml"));
        assertThat(looks).contains("names: [" + String.join(", ", FLINK) + "]");
        for (String service : FLINK) {
            String port = compose.flinkProperties(service).get("metrics.reporter.prom.port");
            assertThat(looks).contains("port: " + port);
            if (service.endsWith("taskmanager")) {
                assertThat(compose.service(service).get("healthcheck").toString())
                        .contains(":" + port + "/metrics");
            }
        }
    }
}
