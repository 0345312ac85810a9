package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.FreePorts;
import perennial.jobs.TopicContents;
import perennial.jobs.deploy.ComposeFile;
import perennial.jobs.deploy.FlinkDeployments;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Samples;
import perennial.schemas.RecordCodec;
import perennial.streaming.LearnerTopology;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

/**
 * What is in the image, as processes on this machine: no container engine is needed to see that its folders hold all that Flink's processes
 * need, and hold native libraries where they can be loaded.
 */
class ImageITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Path HOME = Path.of("target/image");

    /** With the processes' logs, which stay where a test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @BeforeAll
    static void layOut() throws Exception {
        FlinkHome.layOut(HOME);
    }

    @Test
    void shouldTakeTheJobAgainWithItsNativeLibraries() throws Exception {
        ClusterFolder files = new ClusterFolder(folder);
        files.create();
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                FlinkHome home = new FlinkHome(HOME, folder)) {
            // Both kinds of native libraries: OpenBLAS is loaded by either engine.
            SessionSubmissions job = SessionSubmissions.prepare(files, kafka.bootstrapServers(), "nd4j");
            Map<String, String> options = GlobalConfiguration.loadConfiguration(
                            files.flink().toString())
                    .toMap();
            options.put("jobmanager.memory.process.size", "1g");
            home.configure(options);

            home.jobManager(StandaloneSessionClusterEntrypoint.class, List.of());
            home.taskManager();
            job.learnOnce("the first submission");
            job.learnOnce("the second submission");

            assertThat(home.printed("taskmanager"))
                    .doesNotContain("UnsatisfiedLinkError", "NoClassDefFoundError", "ClassCastException");
        }
    }

    @Test
    void shouldGoOnWhereItWasWhenTheJobManagerOfTheComposeFileDies() throws Exception {
        ClusterFolder files = new ClusterFolder(folder);
        files.create();
        ComposeFile compose = ComposeFile.read();
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                FlinkHome home = new FlinkHome(HOME, folder)) {
            SessionSubmissions.prepare(files, kafka.bootstrapServers(), "cpu");
            int web = FreePorts.wantedOrFree(0);
            home.configure(onThisMachine(compose.flinkProperties("taskmanager"), web));
            List<String> arguments = arguments(compose, "jobmanager", kafka);
            FlinkRest rest = new FlinkRest(URI.create("http://localhost:" + web));

            Process first = home.jobManager(StandaloneApplicationClusterEntryPoint.class, arguments);
            home.taskManager();
            await("the job learns and a checkpoint is made")
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> {
                        FlinkRest.Progress now = rest.progress(job(rest), LearnerTopology.LEARNERS);
                        return now.records() > 0 && now.completedCheckpoints() > 0;
                    });
            assertThat(home.printed("jobmanager")).contains("the job begins anew");

            first.destroyForcibly().waitFor();
            home.jobManager(StandaloneApplicationClusterEntryPoint.class, arguments);
            await("the job runs again")
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> rest.allTasksRun(job(rest)));

            assertThat(home.printed("jobmanager"))
                    .containsPattern("the job goes on from " + folder.resolve("state/checkpoints") + "/\\w+/chk-\\d+");
        }
    }

    /** Also what {@code deploy/kubernetes} says of it: it names the same class, and gives it a part of the same words. */
    @Test
    void shouldRaiseAlertsByTheWatchOfTheComposeFile() throws Exception {
        ComposeFile compose = ComposeFile.read();
        Files.createDirectories(folder.resolve("state"));
        Files.copy(Path.of("../docs/examples/label-reset.yaml"), folder.resolve("job.yaml"));
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                FlinkHome home = new FlinkHome(HOME, folder)) {
            KafkaConnection connection = KafkaConnection.to(kafka.bootstrapServers());
            assertThat(CommandRun.of("topics", "create", "-b", kafka.bootstrapServers())
                            .exitCode())
                    .isZero();
            home.configure(onThisMachine(compose.flinkProperties("watch-taskmanager"), FreePorts.wantedOrFree(0)));
            List<String> arguments = arguments(compose, "watch-jobmanager", kafka);
            assertThat(arguments)
                    .contains(FlinkDeployments.watch().getSpec().getJob().getEntryClass());

            home.jobManager(StandaloneApplicationClusterEntryPoint.class, arguments);
            home.taskManager();
            PlasticityReport diverged = Samples.report("nap", 100, 1.0);
            diverged.setStatus(ReportStatus.UPDATE_DISCARDED);
            try (Producer<byte[], byte[]> producer = connection.producer()) {
                producer.send(new ProducerRecord<>("perennial.metrics.v1", new RecordCodec().encode(diverged)));
            }

            await("an alert that committed readers see").atMost(PATIENCE).untilAsserted(() -> assertThat(
                            TopicContents.decoded(connection, "perennial.alerts.v1", true))
                    .extracting(
                            alert -> ((PlasticityAlert) alert).getLearner() + " " + ((PlasticityAlert) alert).getRule())
                    .containsExactly("nap divergence"));
            assertThat(home.printed("jobmanager")).contains("the job begins anew");
            assertThat(Checkpoints.newest(folder.resolve("state/checkpoints"), trouble -> {}))
                    .isPresent();
        }
    }

    /** What the container of a JobManager is told, for places that this machine has. */
    private List<String> arguments(ComposeFile compose, String service, EmbeddedKafka kafka) {
        return compose.command(service).stream()
                .skip(1)
                .map(word -> word.replace("/etc/perennial/job.yaml", folder.resolve("job.yaml") + "")
                        .replace("kafka:19092", kafka.bootstrapServers())
                        .replaceFirst("^\\$\\{PERENNIAL_\\w+:-/state}$", folder.resolve("state") + ""))
                .toList();
    }

    private static JobID job(FlinkRest rest) throws IOException, InterruptedException {
        return rest.job("submissions").orElseThrow(() -> new IOException("there is no job yet"));
    }

    /** The options of the containers, with places and ports that this machine has. */
    private Map<String, String> onThisMachine(Map<String, String> properties, int web) throws IOException {
        Map<String, String> options = new TreeMap<>(properties);
        options.replaceAll((key, value) ->
                value.replace("file:///state", folder.resolve("state").toUri().toString()));
        options.put("jobmanager.rpc.address", "localhost");
        options.put("jobmanager.rpc.port", Integer.toString(FreePorts.wantedOrFree(0)));
        options.put("rest.address", "localhost");
        options.put("rest.port", Integer.toString(web));
        options.put("execution.checkpointing.interval", "500ms");
        for (String side : List.of("jobmanager", "taskmanager")) {
            options.put(side + ".bind-host", "localhost");
        }
        options.put("taskmanager.host", "localhost");
        // What the reporters of metrics would take: ports of which this machine has one each.
        options.keySet().removeIf(key -> key.startsWith("metrics.reporter."));
        return options;
    }
}
