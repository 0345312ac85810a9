package perennial.jobs.graph;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.awaitility.Awaitility;
import perennial.jobs.TopicContents;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicRecords;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * What bad records cost, and how fast a backlog is drained: the figures of docs/reliability.md. Run by hand, alone on its machine,
 * with the test classpath: {@code poison RECORDS PAIRS}, or {@code backlog RECORDS_PER_SECOND SECONDS}; features of
 * an example may follow, and behind them of how many records one is bad: what few of them cost is less than such a machine's noise.
 */
final class TroubleBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** The first reports are of a JVM that is still warming up. */
    private static final double WARM = 0.3;

    /** Of an example. */
    private final int features;

    /** Of so many records one is bad. */
    private final int oneIn;

    private TroubleBenchmark(int features, int oneIn) {
        this.features = features;
        this.oneIn = oneIn;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("perennial-trouble");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            TroubleBenchmark benchmark = new TroubleBenchmark(
                    arguments.length > 3 ? Integer.parseInt(arguments[3]) : PoisonRecords.SIZE,
                    arguments.length > 4 ? Integer.parseInt(arguments[4]) : PoisonRecords.ONE_IN);
            if (arguments[0].equals("poison")) {
                benchmark.poison(kafka, folder, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            } else {
                benchmark.backlog(kafka, folder, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            }
        }
    }

    /**
     * What a run came to.
     *
     * @param perSecond good examples a second that a learner learned from, without the job's start
     * @param cpuMicros processor time for each good example, in microseconds: of job and broker together, the job's start included
     */
    private record Pace(double perSecond, double cpuMicros) {}

    /** Runs with and without bad records in turn, each on topics of its own. */
    private void poison(EmbeddedKafka kafka, Path folder, int records, int pairs) throws Exception {
        run(kafka, folder, "warm-up", records, true);
        double[] throughput = new double[pairs];
        double[] work = new double[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            boolean poisonedFirst = pair % 2 == 1;
            Pace one = run(kafka, folder, "one" + pair, records, poisonedFirst);
            Pace other = run(kafka, folder, "other" + pair, records, !poisonedFirst);
            Pace clean = poisonedFirst ? other : one;
            Pace poisoned = poisonedFirst ? one : other;
            throughput[pair] = poisoned.perSecond / clean.perSecond;
            work[pair] = poisoned.cpuMicros / clean.cpuMicros;
            print(
                    "pair %d: good examples a second clean=%.0f poisoned=%.0f ratio=%.4f; processor time of one, us,"
                            + " clean=%.3f poisoned=%.3f ratio=%.4f",
                    pair,
                    clean.perSecond,
                    poisoned.perSecond,
                    throughput[pair],
                    clean.cpuMicros,
                    poisoned.cpuMicros,
                    work[pair]);
        }
        print("median ratio of examples a second=%.4f", median(throughput));
        print("median ratio of processor time=%.4f", median(work));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private Pace run(EmbeddedKafka kafka, Path folder, String name, int count, boolean poisoned) throws Exception {
        perennial.jobs.config.Configuration configuration = configuration(kafka, folder, name);
        JobTopics.create(configuration);
        PoisonRecords records = new PoisonRecords(configuration.topics().events(), poisoned, features, oneIn);
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.of(configuration.kafka()).producer()) {
            for (int i = 0; i < count; i++) {
                producer.send(records.next());
            }
            producer.send(records.reset(PoisonRecords.EXAMPLES));
        }
        Configuration options = FlinkOptions.effective(configuration.flink(), folder.resolve(name));
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 2)) {
            JobID job = submit(flink, options, configuration);
            // Each look reads the whole topic.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> finished(configuration));
            flink.cancel(job);
        }
        cpu = process.getProcessCpuTime() - cpu;
        List<double[]> reports = reports(configuration);
        double[] from = reports.get((int) (WARM * reports.size()));
        double[] to = reports.get(reports.size() - 1);
        return new Pace((to[1] - from[1]) / (to[0] - from[0]), cpu / 1e3 / records.goodExamples());
    }

    /** Lets records gather, goes on sending them, and sees how long the job takes to catch up. */
    private void backlog(EmbeddedKafka kafka, Path folder, int perSecond, int seconds) throws Exception {
        perennial.jobs.config.Configuration configuration = configuration(kafka, folder, "backlog");
        JobTopics.create(configuration);
        PoisonRecords records = new PoisonRecords(configuration.topics().events(), false, features, oneIn);
        Configuration options = FlinkOptions.effective(configuration.flink(), folder.resolve("state"));
        try (Producer<byte[], byte[]> producer =
                        KafkaConnection.of(configuration.kafka()).producer();
                EmbeddedFlink flink = EmbeddedFlink.start(options, 2)) {
            long sent = 0;
            for (long backlog = (long) perSecond * seconds; sent < backlog; sent++) {
                producer.send(records.next());
            }
            producer.flush();
            print("gathered=%d", sent);
            long start = System.nanoTime();
            JobID job = submit(flink, options, configuration);
            long nextLook = 0;
            long learned = 0;
            while (true) {
                long now = System.nanoTime() - start;
                long due = (long) perSecond * seconds + (long) (perSecond * (now / 1e9));
                for (; sent < due; sent++) {
                    producer.send(records.next());
                }
                if (now > nextLook) {
                    nextLook = now + 2_000_000_000L;
                    learned = learned(configuration);
                    // The newest reports are behind by a checkpoint's interval and their own cadence.
                    if (learned >= records.goodExamples() - 2L * perSecond) {
                        break;
                    }
                }
                LockSupport.parkNanos(5_000_000);
            }
            double took = (System.nanoTime() - start) / 1e9;
            print(
                    "drained after %.1f s, the job's start included: arrived=%d learned=%d arrival=%d/s drained=%.0f/s"
                            + " ratio=%.2f",
                    took, sent, learned, perSecond, sent / took, sent / took / perSecond);
            flink.cancel(job);
        }
    }

    private perennial.jobs.config.Configuration configuration(EmbeddedKafka kafka, Path folder, String name)
            throws Exception {
        Path file = Files.writeString(
                folder.resolve(name + ".yaml"),
                PoisonITCase.yaml(kafka.bootstrapServers(), name, "exactly-once", features));
        return perennial.jobs.config.Configuration.load(file, List.of());
    }

    private static JobID submit(
            EmbeddedFlink flink, Configuration options, perennial.jobs.config.Configuration configuration) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        KafkaJob.describe(environment, configuration);
        return flink.submit(environment, configuration.name());
    }

    private static boolean finished(perennial.jobs.config.Configuration configuration) {
        return TopicContents.decoded(
                                KafkaConnection.of(configuration.kafka()),
                                configuration.topics().metrics(),
                                true,
                                TaskSummary.class)
                        .size()
                >= 2;
    }

    private static long learned(perennial.jobs.config.Configuration configuration) {
        List<double[]> reports = reports(configuration);
        return reports.isEmpty() ? 0 : (long) reports.get(reports.size() - 1)[1];
    }

    /** When each report of the first learner was written, in seconds, and how many records it had seen. */
    private static List<double[]> reports(perennial.jobs.config.Configuration configuration) {
        TopicRecords decoder = new TopicRecords();
        List<double[]> reports = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : TopicContents.records(
                KafkaConnection.of(configuration.kafka()),
                configuration.topics().metrics(),
                true)) {
            if (decoder.decode(record) instanceof PlasticityReport report
                    && report.getLearner().equals("first")) {
                reports.add(new double[] {record.timestamp() / 1000.0, report.getRecordsSeen()});
            }
        }
        return reports;
    }

    private static void print(String form, Object... values) {
        System.out.println(String.format(Locale.ROOT, form, values));
    }
}
