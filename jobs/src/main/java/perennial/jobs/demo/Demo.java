package perennial.jobs.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.environment.kafka.LabelStreamProducer;
import perennial.environment.kafka.ProducerSettings;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.graph.KafkaJob;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;
import perennial.jobs.results.LiveTable;
import perennial.jobs.results.ResultFolder;
import perennial.jobs.results.SummaryTable;
import perennial.jobs.results.TaskResults;
import perennial.learning.learner.LearnerSpec;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * A real broker, a real job and a producer in this process: the learners of a configuration on its label stream, from producer
 * to metrics topic, shown while they learn. Not thread-safe.
 */
public final class Demo {

    private final Configuration configuration;
    private final PrintWriter out;
    private final boolean terminal;

    /**
     * @param configuration learners and a label stream with an end; its Kafka is replaced by the embedded one
     * @param out where the table and the summary are shown
     * @param terminal whether {@code out} is a terminal that understands ANSI control sequences
     */
    public Demo(Configuration configuration, PrintWriter out, boolean terminal) {
        this.configuration = configuration;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Runs until every learner has closed every task, or Ctrl-C, and writes what was found.
     *
     * @param folder where CSV and plots go
     * @return whether it ran to its end
     */
    public boolean run(Path folder) {
        LabelStreamSpec stream = configuration.labelStream();
        if (stream.resets() == 0) {
            throw UserException.usage("a demo needs a stream with an end: set labels.resets to at least 1");
        }
        List<String> learners =
                configuration.learnerSpecs().stream().map(LearnerSpec::name).toList();
        TaskResults results = new TaskResults(learners);
        boolean finished;
        long start = System.nanoTime();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            Configuration withBroker = configuration.withKafka("bootstrap.servers", kafka.bootstrapServers());
            JobTopics.create(withBroker);
            org.apache.flink.configuration.Configuration options = FlinkOptions.effective(
                    withCheckpoints(withBroker.flink()), kafka.directory().resolve("flink"));
            try (EmbeddedFlink flink = EmbeddedFlink.start(options, options.get(CoreOptions.DEFAULT_PARALLELISM))) {
                StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
                KafkaJob.describe(environment, withBroker);
                JobID job = flink.submit(environment, withBroker.name());
                out.println("broker:     " + kafka.bootstrapServers());
                out.println("Flink:      " + flink.webPage());
                out.println("stream:     " + stream.stream() + ", " + stream.resets() + " tasks of "
                        + stream.examplesPerTask() + " examples");
                out.println("learners:   " + String.join(", ", learners));
                out.println();
                out.flush();
                finished = watch(withBroker, stream, results, flink, job);
                flink.cancel(job);
            }
        }
        out.println();
        SummaryTable.lines(results).forEach(out::println);
        List<Path> files = new ResultFolder(folder).write(results);
        out.println();
        out.printf(
                Locale.ROOT,
                "%s after %.0f s; results in %s:%n",
                finished ? "done" : "interrupted",
                (System.nanoTime() - start) / 1e9,
                folder);
        files.forEach(file -> out.println("  " + file.getFileName()));
        out.flush();
        return finished;
    }

    /** Shows the learners until the last of them has closed the last task. */
    private boolean watch(
            Configuration withBroker, LabelStreamSpec stream, TaskResults results, EmbeddedFlink flink, JobID job) {
        try (TopicReader metrics = new TopicReader(
                        KafkaConnection.of(withBroker.kafka()),
                        withBroker.topics().metrics(),
                        // What open transactions have written too: the table is live in either kind of delivery.
                        false);
                Publishing publishing = new Publishing(withBroker, stream);
                Interrupts interrupts = Interrupts.watch()) {
            LiveTable table = new LiveTable(out, terminal, results.learners(), stream.resets());
            TopicRecords records = new TopicRecords();
            metrics.read(true, true, new TopicReader.Sink() {
                @Override
                public boolean take(ConsumerRecord<byte[], byte[]> record) {
                    SpecificRecord decoded = records.decode(record);
                    if (decoded instanceof PlasticityReport report) {
                        table.report(report);
                    } else if (decoded instanceof TaskSummary summary) {
                        table.taskSummary(summary);
                        results.add(summary);
                    }
                    return true;
                }

                @Override
                public boolean paused() {
                    table.draw(publishing.status());
                    publishing.throwIfFailed();
                    JobStatus status = flink.status(job);
                    if (status.isGloballyTerminalState()) {
                        flink.await(job);
                        throw UserException.failed("the job ended before its stream did: status=" + status);
                    }
                    return results.closedByAll() < stream.resets() && !interrupts.interrupted();
                }
            });
            return !interrupts.interrupted();
        }
    }

    private static Map<String, String> withCheckpoints(Map<String, String> flink) {
        Map<String, String> all = new HashMap<>(flink);
        all.putIfAbsent(CheckpointingOptions.CHECKPOINTING_INTERVAL.key(), "10s");
        return all;
    }

    /** The producer, in a thread of its own. */
    private static final class Publishing implements AutoCloseable {

        private final LabelStreamProducer producer;
        private final Thread thread;
        private final long length;
        private final AtomicLong published = new AtomicLong();
        private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

        Publishing(Configuration withBroker, LabelStreamSpec stream) {
            length = stream.length();
            producer = new LabelStreamProducer(
                    LabelStream.open(stream),
                    ProducerSettings.of(withBroker.topics().events(), withBroker.kafka()),
                    progress -> published.set(progress.published()));
            thread = new Thread(
                    () -> {
                        try {
                            producer.run();
                        } catch (RuntimeException e) {
                            failure.set(e);
                        }
                    },
                    "label-stream-producer");
            thread.start();
        }

        String status() {
            return String.format(Locale.ROOT, "published %,d of %,d events", published.get(), length);
        }

        void throwIfFailed() {
            RuntimeException e = failure.get();
            if (e != null) {
                throw UserException.failed("the producer failed: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            producer.stop();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
