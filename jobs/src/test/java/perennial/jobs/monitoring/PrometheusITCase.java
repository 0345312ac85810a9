package perennial.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;
import perennial.jobs.TopicContents;
import perennial.jobs.kafka.KafkaConnection;
import perennial.schemas.MetricField;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** A job that {@code perennial run --prometheus} runs, and a real Prometheus that watches it. */
class PrometheusITCase {

    private static final String OPERATOR = "flink_taskmanager_job_task_operator_";
    private static final String LEARNER = OPERATOR + "learner_";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int EXAMPLES = 96;
    private static final int BATCH = 8;
    private static final int GARBAGE = 3;

    @TempDir
    private static Path folder;

    private static PerennialProcess job;
    private static String metrics;
    private static Map<String, String> kafka;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void startJobAndPrometheus() throws Exception {
        Path configuration = Files.writeString(folder.resolve("job.yaml"), """
                name: watched
                flink: {execution.checkpointing.interval: 500ms}
                delivery: at-least-once
                learners:
                  - {name: dash-nap, method: {type: nap}, streams: [labels], <<}
                  - {name: retiring, method: {type: none}, streams: [labels], <<}
                  - name: player
                    streams: [games]
                    task: {type: streamQ, input: [3], actions: 2}
                    network: {type: mlp, hidden: [4], normalisation: layernorm}
                    method: {type: none}
                    optimiser: {type: obgd}
                    batch: {size: 1}
                    metrics: {every: 1, ranks: 0, spectralNorms: 0, inputGradients: 0, jacobian: 0}
                """.replace(
                        "<<",
                        "task: {type: classification, input: [3], classes: 2}, batch: {size: " + BATCH + "},"
                                + " network: {type: mlp, hidden: [6, 5], normalisation: layernorm},"
                                + " metrics: {every: 3, ranks: 3}"));
        job = PerennialProcess.start(
                folder,
                "run",
                "--config",
                configuration,
                "--state",
                folder.resolve("state"),
                "--no-dashboard",
                "--prometheus",
                0);
        metrics = printed("metrics for Prometheus are at (http://localhost:\\d+/metrics)");
        kafka = Map.of("bootstrap.servers", printed("embedded Kafka at (\\S+)"));
        prometheus =
                new PrometheusServer(folder, metrics.replaceFirst("http://", "").replaceFirst("/metrics", ""));
        send();
        await("the job to have learned").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(job.isAlive()).as(job.output()).isTrue();
            assertThat(prometheus.value("sum(" + LEARNER + "records{learner=\"dash-nap\"})"))
                    .isEqualTo(EXAMPLES + 1);
            assertThat(prometheus.value("sum(" + LEARNER + "records{learner=\"player\"})"))
                    .isEqualTo(EXAMPLES);
        });
        // Later than what was scraped first, so that it is seen to come.
        sendGarbage();
        await("a checkpoint and the letters").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(prometheus.value("sum(" + OPERATOR + "reason_deadLetters)"))
                    .isEqualTo(GARBAGE);
            assertThat(prometheus.value("flink_jobmanager_job_lastCheckpointDuration"))
                    .isNotNaN();
        });
    }

    private static String printed(String pattern) {
        return await("the job to print " + pattern)
                .atMost(PATIENCE)
                .until(
                        () -> {
                            assertThat(job.isAlive()).as(job.output()).isTrue();
                            Matcher matcher = Pattern.compile(pattern).matcher(job.output());
                            return matcher.find() ? matcher.group(1) : "";
                        },
                        found -> !found.isEmpty());
    }

    private static void send() {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < EXAMPLES; i++) {
                send(producer, "labels", """
                        {"type":"example","stream":"labels","sequence":%d,"features":[%d,1,%d],"label":%d}""".formatted(i, i % 3, i % 5, i % 2));
                send(producer, "games", """
                        {"type":"transition","stream":"games","actor":0,"sequence":%d,"episode":%d,"observation":[%d,1,0],\
                        "action":%d,"reward":1.0,"terminal":%s,"truncated":false,"nextObservation":[%d,1,0]}""".formatted(i, i / 8, i % 8, i % 2, i % 8 == 7, i % 8 + 1));
            }
            send(producer, "labels", """
                    {"type":"labelReset","stream":"labels","sequence":%d,"task":1}""".formatted(EXAMPLES));
        }
    }

    private static void sendGarbage() {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < GARBAGE; i++) {
                send(producer, "labels", "this is no event");
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(new HashMap<>(kafka), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String stream, String value) {
        producer.send(new ProducerRecord<>(
                "perennial.events.v1",
                stream.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (job != null) {
            job.close();
        }
    }

    @Test
    void shouldCountWhatLearnersDo() {
        int updates = EXAMPLES / BATCH;
        assertThat(prometheus.value(LEARNER + "updates{learner=\"dash-nap\",job_name=\"watched\"}"))
                .isEqualTo(updates);
        // One of seven is timed, from the first on.
        assertThat(prometheus.value(LEARNER + "updateTimeNanos_count{learner=\"dash-nap\"}"))
                .isEqualTo(1 + (updates - 1) / 7);
        assertThat(prometheus.value(LEARNER + "projectionTimeNanos_count{learner=\"dash-nap\"}"))
                .isEqualTo(1 + (updates - 1) / 7);
        assertThat(prometheus.query(LEARNER + "projectionTimeNanos_count")).hasSize(1);
        assertThat(prometheus.value(LEARNER + "updateTimeNanos{learner=\"dash-nap\",quantile=\"0.5\"}"))
                .isPositive();
        assertThat(prometheus.value(LEARNER + "divergences{learner=\"dash-nap\"}"))
                .isZero();
        assertThat(prometheus.value(
                        OPERATOR + "reason_deadLetters{reason=\"UNDECODABLE\",operator_name=\"decode_and_assign\"}"))
                .isNaN();
        assertThat(prometheus.value("sum(" + OPERATOR + "reason_deadLetters{reason=\"UNDECODABLE\"})"))
                .isEqualTo(GARBAGE);
        assertThat(prometheus.value("sum(" + OPERATOR + "pendingRecords)")).isZero();
    }

    /** Each value that the newest report of a learner has on the metrics topic. */
    @Test
    void shouldShowWhatLearnersReport() {
        Map<String, PlasticityReport> reports = new HashMap<>();
        Map<String, TaskSummary> summaries = new HashMap<>();
        for (SpecificRecord record : metricsTopic()) {
            if (record instanceof PlasticityReport report) {
                reports.put(report.getLearner(), report);
            } else if (record instanceof TaskSummary summary) {
                summaries.put(summary.getLearner(), summary);
            }
        }

        for (String learner : List.of("dash-nap", "player")) {
            PlasticityReport report = reports.get(learner);
            check(report, LEARNER, "learner=\"" + learner + "\"");
            for (LayerReport layer : report.getLayers()) {
                check(layer, LEARNER + "layer_", "learner=\"" + learner + "\",layer=\"" + layer.getLayer() + "\"");
            }
        }
        check(summaries.get("dash-nap"), LEARNER + "task_", "learner=\"dash-nap\"");
        assertThat(reports.get("dash-nap").getLayers().get(0).getLayer()).isEqualTo("hidden.0");
    }

    private static void check(SpecificRecord record, String prefix, String labels) {
        for (MetricField field : MetricField.of(record.getSchema())) {
            if (record.get(field.position()) instanceof Number value) {
                assertThat(prometheus.value(prefix + field.name() + "{" + labels + "}"))
                        .as("%s of %s", field.name(), labels)
                        .isCloseTo(value.doubleValue(), within(0.0));
            }
        }
    }

    private static List<SpecificRecord> metricsTopic() {
        return TopicContents.decoded(KafkaConnection.of(kafka), "perennial.metrics.v1", false);
    }

    /** A name that nothing exports would be an alert that is never raised, or an empty panel. */
    @Test
    void shouldExportEveryMetricOfRulesAndDashboard() throws Exception {
        Set<String> exported = exported();

        for (var alert : Monitoring.alerts().entrySet()) {
            assertThat(exported).as(alert.getKey()).containsAll(Monitoring.names(alert.getValue()));
        }
        for (var panel : Monitoring.panels().entrySet()) {
            assertThat(exported).as(panel.getKey()).containsAll(Monitoring.names(String.join(" ", panel.getValue())));
        }
        for (String query : Monitoring.variables()) {
            assertThat(exported).containsAll(Monitoring.names(query));
        }
    }

    @Test
    void shouldHaveSomethingToShowInEveryPanel() throws Exception {
        for (var panel : Monitoring.panels().entrySet()) {
            for (String expression : panel.getValue()) {
                assertThat(prometheus.query(expression))
                        .as(panel.getKey() + ": " + expression)
                        .isNotEmpty();
            }
        }
    }

    /** What is exported of learners and dead letters is what the page says. */
    @Test
    void shouldExportWhatIsDocumented() throws Exception {
        Set<String> documented = Monitoring.names(Files.readString(Monitoring.PAGE));
        Set<String> exported = new TreeSet<>();
        exported().stream()
                .filter(name -> name.startsWith(LEARNER) || name.startsWith(OPERATOR + "reason_"))
                .map(name -> name.replaceFirst("_count$", ""))
                .forEach(exported::add);

        assertThat(documented).containsAll(exported);
        assertThat(exported).hasSizeGreaterThan(50);
    }

    @Test
    void shouldEvaluateTheRulesAndRaiseWhatIsMet() {
        for (JsonNode group : prometheus.api("rules").get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok");
            }
        }
        await("an alert").atMost(PATIENCE).untilAsserted(() -> assertThat(prometheus.query(
                        "ALERTS{alertname=\"DeadLetters\",alertstate=\"firing\",reason=\"UNDECODABLE\"}"))
                .hasSize(1));
        assertThat(prometheus.query("ALERTS{alertname=~\"Divergence|ProcessDown|PlasticityLoss\"}"))
                .isEmpty();
    }

    @Test
    void shouldForgetALearnerThatIsRetired() {
        assertThat(prometheus.query(LEARNER + "updates{learner=\"retiring\"}")).hasSize(1);

        CommandRun run =
                CommandRun.of("control", "retire", "-b", kafka.get("bootstrap.servers"), "--learner", "retiring");

        assertThat(run.exitCode()).as(run.err()).isZero();
        await("the learner to be gone").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(prometheus.get(metrics))
                    .doesNotContain("learner=\"retiring\"")
                    .contains("learner=\"dash-nap\"");
            assertThat(prometheus.query(LEARNER + "updates{learner=\"retiring\"}"))
                    .isEmpty();
        });
    }

    /** Names of everything that the job exports, without the quantiles of histograms. */
    private static Set<String> exported() {
        Set<String> names = new TreeSet<>();
        prometheus
                .get(metrics)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }
}
