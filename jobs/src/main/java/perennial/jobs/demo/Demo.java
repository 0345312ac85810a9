package perennial.jobs.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.dashboard.DashboardSource;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.flink.PrometheusOptions;
import perennial.jobs.graph.KafkaJob;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;
import perennial.learning.learner.LearnerSpec;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;
import perennial.v1.TaskSummary;

/**
 * A real broker, a real job and a producer in this process: the learners of a configuration on its label stream or in its environment,
 * from producer to metrics topic, shown while they learn. Not thread-safe.
 */
public final class Demo {

    private final Configuration configuration;
    private final Show show;
    private final PrintWriter out;

    /** The last reports of learners that have stopped learning. */
    private final Map<String, PlasticityReport> stopped = new TreeMap<>();

    /**
     * @param configuration learners and either a label stream or an environment, with an end; its Kafka is replaced by the
     *     embedded one
     * @param out where the table and the summary are shown
     * @param terminal whether {@code out} is a terminal that understands ANSI control sequences
     */
    public Demo(Configuration configuration, PrintWriter out, boolean terminal) {
        this.configuration = configuration;
        this.out = out;
        this.show = configuration.environment().isPresent()
                ? new PlayShow(configuration, out, terminal)
                : new LabelShow(configuration, out, terminal);
    }

    /**
     * Runs until every learner has learned from all that is produced, or Ctrl-C, and writes what was found.
     *
     * @param folder where CSV and plots go
     * @param dashboards starts a dashboard of what it is given, or none
     * @return whether it ran to its end
     * @throws UserException if it did, but a learner had stopped learning on the way
     */
    public boolean run(Path folder, Function<DashboardSource, Optional<Dashboard>> dashboards) {
        List<String> learners =
                configuration.learnerSpecs().stream().map(LearnerSpec::name).toList();
        boolean finished;
        long start = System.nanoTime();
        try (DemoCluster cluster = DemoCluster.start(configuration)) {
            Configuration withBroker = cluster.configuration();
            EmbeddedFlink flink = cluster.flink();
            StreamExecutionEnvironment environment =
                    StreamExecutionEnvironment.getExecutionEnvironment(cluster.options());
            KafkaJob.describe(environment, withBroker);
            JobID job = flink.submit(environment, withBroker.name());
            FlinkRest rest = new FlinkRest(flink.webPage());
            DashboardSource source = DashboardSource.of(withBroker, KafkaConnection.of(withBroker.kafka()))
                    .withCheckpoints(() -> rest.newestCheckpoint(job));
            try (Dashboard dashboard = dashboards.apply(source).orElse(null)) {
                if (dashboard != null) {
                    out.println("dashboard:  " + dashboard.address());
                }
                out.println("broker:     " + withBroker.kafka().get("bootstrap.servers"));
                out.println("Flink:      " + flink.webPage());
                PrometheusOptions.addressIn(withBroker.flink())
                        .ifPresent(address -> out.println("Prometheus: " + address));
                show.announcement().forEach(out::println);
                out.println("learners:   " + String.join(", ", learners));
                out.println();
                out.flush();
                finished = watch(withBroker, flink, job);
            }
            flink.cancel(job);
        }
        out.println();
        show.summary().forEach(out::println);
        List<Path> files = show.write(folder);
        out.println();
        out.printf(
                Locale.ROOT,
                "%s after %.0f s; results in %s:%n",
                finished ? "done" : "interrupted",
                (System.nanoTime() - start) / 1e9,
                folder);
        files.forEach(file -> out.println("  " + file.getFileName()));
        out.flush();
        if (finished && !stopped.isEmpty()) {
            throw UserException.failed(stopped.values().stream().map(Demo::why).collect(Collectors.joining("; ")));
        }
        return finished;
    }

    private static String why(PlasticityReport last) {
        return "a learner has stopped learning: learner=" + last.getLearner() + " update=" + last.getUpdate()
                + " learningRate=" + last.getLearningRate() + " reason=\"" + last.getNote()
                + "\"; lower its optimiser.learningRate, or set gradient.maxNorm";
    }

    /** Shows the learners until the last of them is done. */
    private boolean watch(Configuration withBroker, EmbeddedFlink flink, JobID job) {
        try (TopicReader metrics = new TopicReader(
                        KafkaConnection.of(withBroker.kafka()),
                        withBroker.topics().metrics(),
                        // What open transactions have written too: the table is live in either kind of delivery.
                        false);
                Show.Production production = show.start(withBroker);
                Interrupts interrupts = Interrupts.watch()) {
            TopicRecords records = new TopicRecords();
            metrics.read(true, true, new TopicReader.Sink() {
                @Override
                public boolean take(ConsumerRecord<byte[], byte[]> record) {
                    SpecificRecord decoded = records.decode(record);
                    if (decoded instanceof PlasticityReport report) {
                        show.report(report);
                        if (report.getStatus() == ReportStatus.LEARNER_STOPPED) {
                            stopped.put(report.getLearner(), report);
                        }
                    } else if (decoded instanceof TaskSummary summary) {
                        show.taskSummary(summary);
                    }
                    return true;
                }

                @Override
                public boolean paused() {
                    show.draw(production.status());
                    production.throwIfFailed();
                    JobStatus status = flink.status(job);
                    if (status.isGloballyTerminalState()) {
                        flink.await(job);
                        throw UserException.failed("the job ended before its stream did: status=" + status);
                    }
                    return !show.finished() && !interrupts.interrupted();
                }
            });
            return !interrupts.interrupted();
        } finally {
            show.endDrawing();
        }
    }
}
