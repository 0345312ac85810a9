package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import perennial.jobs.CommandRun;
import perennial.jobs.LearnerLines;
import perennial.jobs.TopicContents;
import perennial.jobs.cluster.KillPlan.Victim;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.KafkaConnection;
import perennial.v1.TaskSummary;

/**
 * A stream that is learned from while the processes around it are killed, and what is then on the metrics topic and in the learners.
 * Each kill becomes a line of a CSV file.
 */
final class KillRun implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** The death of a TaskManager with tasks is felt by then. */
    private static final Duration REPLACEMENT = Duration.ofSeconds(30);

    private static final Map<Victim, String> NAMES =
            Map.of(Victim.JOB_MANAGER, "jobmanager", Victim.BROKER, "broker", Victim.PRODUCER, "producer");

    private final Path folder;
    private final Path file;
    private final Configuration configuration;
    private final LocalCluster cluster;
    private final StreamKeeper producer;
    private final MetricsWatch written;
    private final MetricsWatch committed;
    private final PrintWriter csv;
    private final long start = System.nanoTime();
    private final Map<Victim, Integer> killed = new TreeMap<>();

    /**
     * Starts a cluster and a producer.
     *
     * @param folder where everything goes
     * @param file configuration of the job and of the stream
     * @param clusterOptions further options of {@code cluster start}
     */
    KillRun(Path folder, Path file, String... clusterOptions) throws Exception {
        this.folder = folder;
        this.file = file;
        this.configuration = Configuration.load(file, List.of());
        this.cluster = LocalCluster.start(folder, file, clusterOptions);
        String servers = cluster.bootstrapServers();
        this.producer = new StreamKeeper(folder, file, servers);
        this.written = new MetricsWatch(servers, configuration.topics().metrics(), false);
        this.committed = new MetricsWatch(servers, configuration.topics().metrics(), true);
        this.csv = new PrintWriter(Files.newBufferedWriter(folder.resolve("kills.csv")), true);
        csv.println("second,victim,alone,nextUpdateMillis,nextCommittedMillis");
        producer.keep();
        await(
                "the first reports",
                () -> committed.newest().size() == configuration.learnerSpecs().size());
    }

    LocalCluster cluster() {
        return cluster;
    }

    /** How often what was killed. */
    Map<Victim, Integer> killed() {
        return killed;
    }

    /**
     * Kills what the plan says.
     *
     * @param most time after which no more is killed
     * @param taskManagers those that may be killed
     */
    void kill(KillPlan plan, Duration most, String... taskManagers) throws Exception {
        List<String> mortal = List.of(taskManagers);
        long end = System.nanoTime() + most.toNanos();
        boolean recovered = true;
        List<KillPlan.Kill> kills = plan.kills();
        for (int i = 0; i < kills.size() && System.nanoTime() < end; i++) {
            long pauseEnd = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(kills.get(i).pauseMillis());
            await("a pause", () -> System.nanoTime() >= pauseEnd);
            boolean patient = i + 1 == kills.size() || kills.get(i + 1).patient();
            kill(kills.get(i), mortal, recovered, patient);
            recovered = patient;
        }
    }

    /**
     * @param alone whether all have recovered from the kill before
     * @param patient whether to wait until all have recovered from this one
     */
    private void kill(KillPlan.Kill kill, List<String> mortal, boolean alone, boolean patient) throws Exception {
        String victim = kill.victim() == Victim.TASK_MANAGER ? oneOf(mortal, kill.choice()) : NAMES.get(kill.victim());
        long killedAt = System.nanoTime();
        long killedAtMillis = System.currentTimeMillis();
        if (kill.victim() == Victim.PRODUCER) {
            producer.kill();
        } else {
            cluster.kill(victim);
        }
        killed.merge(kill.victim(), 1, Integer::sum);
        String update = "";
        String commit = "";
        if (patient) {
            awaitReplacement(kill.victim(), killedAtMillis);
            // What was under way has been read by now: what counts is what comes from here on.
            Map<String, Long> writtenBefore = written.newest();
            Map<String, Long> committedBefore = committed.newest();
            awaitBeyond(written, writtenBefore);
            update = millisSince(killedAt);
            awaitBeyond(committed, committedBefore);
            commit = millisSince(killedAt);
        }
        csv.printf(
                Locale.ROOT,
                "%.1f,%s,%b,%s,%s%n",
                (killedAt - start) / 1e9,
                kill.victim(),
                alone && patient,
                update,
                commit);
    }

    /** Waits until whatever was killed is being replaced; until then the others may go on for a moment. */
    private void awaitReplacement(Victim victim, long killedAtMillis) {
        long end = System.nanoTime() + REPLACEMENT.toNanos();
        await("what replaces a " + victim, () -> switch (victim) {
            case PRODUCER -> producer.publishes();
            case JOB_MANAGER -> cluster.jobRuns();
            case BROKER -> cluster.pid("broker") != 0;
            // The job may run again before anybody has looked, and a TaskManager without tasks is not missed.
            case TASK_MANAGER ->
                !cluster.jobRuns() || cluster.jobFailedSince(killedAtMillis) || System.nanoTime() > end;
        });
    }

    /** One that runs tasks of the job, if that can be told. */
    private String oneOf(List<String> mortal, int choice) {
        List<String> busy =
                cluster.busyTaskManagers().stream().filter(mortal::contains).toList();
        return busy.isEmpty() ? mortal.get(choice % mortal.size()) : busy.get(choice % busy.size());
    }

    private void awaitBeyond(MetricsWatch watch, Map<String, Long> before) {
        await("updates after a kill", () -> watch.isBeyond(before));
    }

    /** Waits, and looks after the producer. */
    private void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what + "; the supervisor says: " + cluster.supervisorLog())
                .pollInterval(POLL)
                .atMost(PATIENCE)
                .until(() -> {
                    producer.keep();
                    return condition.call();
                });
    }

    private static String millisSince(long nanos) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos));
    }

    /**
     * Gives the stream its end, and waits until all of it is learned from and its reports are committed.
     *
     * @return the label resets that the stream has come to
     */
    int finish() throws Exception {
        producer.kill();
        int resets = resetsBehind(events());
        producer.endAfter(resets);
        await("the end of the stream", producer::finished);
        int summaries = resets * configuration.learnerSpecs().size();
        Awaitility.await("the summaries of all tasks")
                .pollInterval(Duration.ofSeconds(1))
                .atMost(PATIENCE)
                .until(() -> summaries() >= summaries);
        Awaitility.await("no transaction left open")
                .pollInterval(Duration.ofSeconds(1))
                .atMost(PATIENCE)
                .until(() -> openTransactions() == 0);
        return resets;
    }

    private int resetsBehind(long events) {
        long perTask = configuration.labelStream().examplesPerTask() + 1;
        return Math.toIntExact((events + perTask - 1) / perTask);
    }

    /** How many events are on their topic. */
    private long events() throws Exception {
        try (Admin admin = kafka().admin()) {
            String topic = configuration.topics().events();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .forEach(partition ->
                            latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(latest).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private int openTransactions() throws Exception {
        try (Admin admin = kafka().admin()) {
            return admin.listTransactions(new ListTransactionsOptions()
                            .filterStates(List.of(TransactionState.ONGOING, TransactionState.PREPARE_COMMIT)))
                    .all()
                    .get()
                    .size();
        }
    }

    private int summaries() {
        return TopicContents.decoded(kafka(), configuration.topics().metrics(), true, TaskSummary.class)
                .size();
    }

    /** What committed readers see, as JSON lines by learner, in the topic's order. */
    Map<String, List<String>> reports() {
        return TopicContents.linesByLearner(kafka(), configuration.topics().metrics());
    }

    /** How many dead letters committed readers see. */
    int deadLetters() {
        return TopicContents.records(kafka(), configuration.topics().deadLetters(), true)
                .size();
    }

    private KafkaConnection kafka() {
        return KafkaConnection.to(cluster.bootstrapServers());
    }

    /** Stops the cluster and takes the learners' weights out of the savepoint. */
    Map<String, byte[]> weights() throws Exception {
        cluster.stop();
        return SavepointWeights.of(configuration, cluster.files().savepoints(), folder.resolve("weights"));
    }

    /**
     * What the learners come to when nothing disturbs them: {@code perennial train} over the same stream.
     *
     * @param reports JSON lines by learner
     * @param weights safetensors by learner
     */
    record Undisturbed(Map<String, List<String>> reports, Map<String, byte[]> weights) {

        /** @param resets label resets that end the stream */
        static Undisturbed of(Path folder, Path file, int resets) throws IOException {
            Path events = folder.resolve("events.avro");
            Path metrics = folder.resolve("metrics.jsonl");
            Path weights = folder.resolve("undisturbed");
            CommandRun write = CommandRun.of(
                    "produce", "labels", "--config", file, "--set", "labels.resets=" + resets, "--to", events);
            assertThat(write.exitCode()).as(write.err()).isZero();
            CommandRun train = CommandRun.of(
                    "train",
                    "--config",
                    file,
                    "--events",
                    events,
                    "--metrics",
                    metrics,
                    "--dead-letters",
                    folder.resolve("dead-letters.jsonl"),
                    "--export",
                    weights,
                    "--state",
                    folder.resolve("train"));
            assertThat(train.exitCode()).as(train.err()).isZero();
            return new Undisturbed(LearnerLines.byLearner(Files.readAllLines(metrics)), SavepointWeights.read(weights));
        }
    }

    @Override
    public void close() {
        csv.close();
        written.close();
        committed.close();
        producer.close();
        cluster.close();
    }
}
