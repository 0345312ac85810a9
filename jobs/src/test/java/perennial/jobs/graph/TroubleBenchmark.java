package perennial.jobs.graph;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.producer.Producer;
import perennial.benchmarks.Spread;
import perennial.jobs.bench.ForwardingLearner;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.results.Estimate;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.EngineLearners;

/**
 * What bad records cost, and how fast a backlog is drained: the figures of docs/reliability.md. The profile {@code trouble} runs it, on a
 * machine that has nothing else to do, with one of
 *
 * <pre>
 * poison RECORDS_OF_A_BLOCK PAIRS_OF_BLOCKS JOBS [FEATURES [ONE_IN [KEY=VALUE ...]]]
 * backlog RECORDS_PER_SECOND SECONDS [FEATURES [ONE_IN [KEY=VALUE ...]]]
 * </pre>
 *
 * <p>of {@code ONE_IN} records of a poisoned block one is bad; the job's configuration is changed as with {@code --set}. Records lie in the
 * folder for temporary files until the end.
 */
final class TroubleBenchmark {

    /** Until the JVM's compilers have next to nothing left to do. */
    private static final int WARM_UP_JOBS = 3;

    /** Of an example. */
    private final int features;

    /** Of so many records one is bad. */
    private final int oneIn;

    /** Key=value, over what the configuration says. */
    private final List<String> changes;

    private TroubleBenchmark(int features, int oneIn, List<String> changes) {
        this.features = features;
        this.oneIn = oneIn;
        this.changes = changes;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("perennial-trouble");
        Deque<String> left = new ArrayDeque<>(List.of(arguments));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            if (left.remove().equals("poison")) {
                int records = Integer.parseInt(left.remove());
                int pairs = Integer.parseInt(left.remove());
                int jobs = Integer.parseInt(left.remove());
                benchmark(left).poison(kafka, folder, records, pairs, jobs);
            } else {
                int perSecond = Integer.parseInt(left.remove());
                int seconds = Integer.parseInt(left.remove());
                benchmark(left).backlog(kafka, folder, perSecond, seconds);
            }
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private static TroubleBenchmark benchmark(Deque<String> left) {
        return new TroubleBenchmark(
                left.isEmpty() ? PoisonRecords.SIZE : Integer.parseInt(left.remove()),
                left.isEmpty() ? PoisonRecords.ONE_IN : Integer.parseInt(left.remove()),
                List.copyOf(left));
    }

    /**
     * Where a job was.
     *
     * @param at seconds
     * @param cpu processor time that the process had taken by then, in seconds
     * @param seen examples that the first learner had seen
     */
    private record Mark(double at, double cpu, long seen) {}

    /** Counts what the first learner sees: reports lie in buffers for longer than is to be measured. */
    private static final class Counting extends ForwardingLearner {

        static final AtomicLong SEEN = new AtomicLong();

        private Counting(Learner learner) {
            super(learner);
        }

        static Learner make(LearnerSpec spec, LearnerState state) {
            Learner learner = new EngineLearners("cpu").make(spec, state);
            return spec.name().equals("first") ? new Counting(learner) : learner;
        }

        @Override
        public void observe(Event event, LearnerOutput output) {
            super.observe(event, output);
            SEEN.lazySet(SEEN.getPlain() + 1);
        }
    }

    /**
     * Jobs over one stream of blocks, without bad records and with them in turn, so that what the machine does by itself meets both
     * alike.
     */
    private void poison(EmbeddedKafka kafka, Path folder, int records, int pairs, int jobs) throws Exception {
        perennial.jobs.config.Configuration configuration = configuration(kafka, folder, "poison");
        JobTopics.create(configuration);
        // How many good examples there are before each block.
        List<Long> starts = new ArrayList<>();
        PoisonRecords stream = new PoisonRecords(configuration.topics().events(), false, features, oneIn);
        // The first pair of a job is its start.
        int blocks = 2 * (pairs + 1);
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.of(configuration.kafka()).producer()) {
            for (int block = 0; block < blocks; block++) {
                starts.add(stream.goodExamples());
                stream.poison(poisoned(block));
                for (int i = 0; i < records; i++) {
                    producer.send(stream.next());
                }
            }
            starts.add(stream.goodExamples());
        }
        print("sent=%d bad=%d", (long) blocks * records, stream.bad().size());
        List<Double> throughput = new ArrayList<>();
        List<Double> work = new ArrayList<>();
        for (int job = 0; job < WARM_UP_JOBS + jobs; job++) {
            Mark[] edges = edges(configuration, folder.resolve("state" + job), starts);
            for (int pair = 0; pair < pairs; pair++) {
                int first = 2 * (pair + 1);
                Mark clean = pace(edges, poisoned(first) ? first + 1 : first);
                Mark poisoned = pace(edges, poisoned(first) ? first : first + 1);
                print(
                        "job %d pair %d: microseconds for one good example clean=%.3f poisoned=%.3f, of processor time"
                                + " clean=%.3f poisoned=%.3f",
                        job, pair, 1e6 * clean.at, 1e6 * poisoned.at, 1e6 * clean.cpu, 1e6 * poisoned.cpu);
                if (job >= WARM_UP_JOBS) {
                    throughput.add(clean.at / poisoned.at);
                    work.add(poisoned.cpu / clean.cpu);
                }
            }
        }
        print("examples a second, poisoned / clean: %s", summary(throughput));
        print("processor time of one, poisoned / clean: %s", summary(work));
    }

    /** Where a job over the whole stream was when it had learned from so many examples. */
    private static Mark[] edges(perennial.jobs.config.Configuration configuration, Path state, List<Long> examples)
            throws Exception {
        Configuration options = FlinkOptions.effective(configuration.flink(), state);
        List<Mark> marks = new ArrayList<>();
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 2)) {
            JobID job = submit(flink, options, configuration);
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long seen = 0;
            while (seen < examples.get(examples.size() - 1)) {
                LockSupport.parkNanos(5_000_000);
                seen = Counting.SEEN.get();
                marks.add(new Mark(System.nanoTime() / 1e9, process.getProcessCpuTime() / 1e9, seen));
            }
            flink.cancel(job);
        }
        return examples.stream().map(count -> edge(count, marks)).toArray(Mark[]::new);
    }

    /** Clean, poisoned, poisoned, clean, ...: what grows or shrinks steadily meets both alike. */
    private static boolean poisoned(int block) {
        return block % 4 == 1 || block % 4 == 2;
    }

    /** Where the job had seen so many examples: between the two marks around it. */
    private static Mark edge(long examples, List<Mark> marks) {
        int after = 1;
        while (marks.get(after).seen < examples) {
            after++;
        }
        Mark from = marks.get(after - 1);
        Mark to = marks.get(after);
        double part = (examples - from.seen) / (double) (to.seen - from.seen);
        return new Mark(from.at + part * (to.at - from.at), from.cpu + part * (to.cpu - from.cpu), examples);
    }

    /** What one good example of a block took. */
    private static Mark pace(Mark[] edges, int block) {
        Mark from = edges[block];
        Mark to = edges[block + 1];
        double examples = to.seen - from.seen;
        return new Mark((to.at - from.at) / examples, (to.cpu - from.cpu) / examples, 1);
    }

    private static String summary(List<Double> ratios) {
        Spread spread = Spread.of(ratios);
        return String.format(
                Locale.ROOT,
                "mean with 95 %% interval=%s median=%.4f least=%.4f greatest=%.4f pairs=%d",
                Estimate.of(ratios.stream().mapToDouble(Double::doubleValue).toArray()),
                spread.median(),
                spread.least(),
                spread.greatest(),
                ratios.size());
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
            // What was sent in the last tenth of a second is on its way.
            while (Counting.SEEN.get() < records.goodExamples() - perSecond / 10) {
                double now = (System.nanoTime() - start) / 1e9;
                long due = (long) (perSecond * (seconds + now));
                for (; sent < due; sent++) {
                    producer.send(records.next());
                }
                LockSupport.parkNanos(5_000_000);
            }
            double took = (System.nanoTime() - start) / 1e9;
            print(
                    "drained after %.1f s, the job's start included: arrived=%d learned=%d arrival=%d/s drained=%.0f/s"
                            + " ratio=%.2f",
                    took, sent, Counting.SEEN.get(), perSecond, sent / took, sent / took / perSecond);
            flink.cancel(job);
        }
    }

    private perennial.jobs.config.Configuration configuration(EmbeddedKafka kafka, Path folder, String name)
            throws Exception {
        Path file = Files.writeString(
                folder.resolve(name + ".yaml"),
                PoisonITCase.yaml(kafka.bootstrapServers(), name, "exactly-once", features));
        return perennial.jobs.config.Configuration.load(file, changes);
    }

    /** Counts from 0 what the first learner sees. */
    private static JobID submit(
            EmbeddedFlink flink, Configuration options, perennial.jobs.config.Configuration configuration) {
        Counting.SEEN.set(0);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        KafkaJob.describe(environment, configuration, Counting::make);
        return flink.submit(environment, configuration.name());
    }

    private static void print(String form, Object... values) {
        System.out.println(String.format(Locale.ROOT, form, values));
    }
}
