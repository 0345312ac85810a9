package perennial.jobs.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.graph.KafkaJob;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.LearnerTopology;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.learn.LearnerFactory;

/** A process that measures one {@link JobRun} and prints what it found. */
public final class JobProcess {

    private static final LearnerFactory LEARNERS = new TimedLearners(new EngineLearners("cpu"));

    private final JobRun run;
    private final Map<String, Span> spans;

    private JobProcess(JobRun run) {
        this.run = run;
        this.spans = run.spans();
        spans.forEach(TimedLearners::time);
    }

    public static void main(String[] arguments) {
        try {
            JobProcess process = new JobProcess(JobRun.of(arguments));
            if (process.run.way() == JobRun.Way.DIRECT) {
                process.callDirectly();
            } else {
                process.runJob();
            }
            JobRun.print(process.spans.values());
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private void callDirectly() throws InterruptedException {
        List<Event> events = new CaseEvents(run.jobCase(), run.jobCase().records(run.to())).list();
        List<Thread> threads = new ArrayList<>();
        for (LearnerSpec spec :
                BenchConfiguration.load(List.of()).withLearners(run.names()).learnerSpecs()) {
            threads.add(new Thread(() -> learn(spec, events), spec.name()));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void learn(LearnerSpec spec, List<Event> events) {
        Span span = spans.get(spec.name());
        try (Learner learner = LEARNERS.make(spec, null)) {
            for (Event event : events) {
                learner.observe(event, Ignored.OUTPUT);
            }
            span.done()
                    .completeExceptionally(new IllegalStateException(
                            "the events ran out before the measurement was over: updates=" + learner.updates()));
        } catch (RuntimeException e) {
            span.done().completeExceptionally(e);
        }
    }

    private void runJob() throws InterruptedException, IOException {
        List<String> overrides = List.of(
                "name=" + run.name(),
                "kafka={bootstrap.servers: '" + run.address() + "'}",
                "flink={parallelism.default: " + run.learners() + ", execution.checkpointing.interval: "
                        + run.checkpointSeconds() + "s}");
        Configuration configuration = (run.way() == JobRun.Way.OWN
                        ? BenchConfiguration.loadOwn(overrides)
                        : BenchConfiguration.load(overrides))
                .withLearners(run.names());
        LearnerFactory learners =
                run.way() == JobRun.Way.INTAKE ? new TimedLearners(CountingLearners.FACTORY) : LEARNERS;
        Path folder = temporaryFolder();
        org.apache.flink.configuration.Configuration options = FlinkOptions.effective(configuration.flink(), folder);
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, run.learners())) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            KafkaJob.describe(environment, configuration, learners);
            JobID job = flink.submit(environment, configuration.name());
            await(flink, job);
            int number = 0;
            for (FlinkRest.Checkpoint checkpoint :
                    new FlinkRest(flink.webPage()).checkpoints(job, LearnerTopology.LEARNERS)) {
                JobRun.print("synchronous" + number, checkpoint.synchronousMillis());
                JobRun.print("asynchronous" + number, checkpoint.asynchronousMillis());
                JobRun.print("endToEnd" + number, checkpoint.endToEndMillis());
                JobRun.print("bytes" + number, checkpoint.bytes());
                number++;
            }
            flink.cancel(job);
        } finally {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
    }

    /** Waits for the spans, or for the job's end, which would be too early. */
    private void await(EmbeddedFlink flink, JobID job) throws InterruptedException {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(spans.values().stream().map(Span::done).toArray(CompletableFuture<?>[]::new));
        try {
            CompletableFuture.anyOf(all, flink.result(job)).get();
        } catch (ExecutionException e) {
            throw UserException.failed("the measured job failed: " + e.getCause(), e);
        }
        if (!all.isDone()) {
            flink.await(job);
            throw UserException.failed("the measured job ended before it was measured: name=" + run.name());
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("perennial-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoints need a temporary folder", e);
        }
    }
}
