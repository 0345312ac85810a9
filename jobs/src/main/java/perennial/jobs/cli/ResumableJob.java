package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import perennial.jobs.UserException;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.flink.PrometheusOptions;
import perennial.jobs.flink.RunningJob;
import perennial.jobs.graph.LostRecordsException;
import perennial.jobs.kafka.KafkaErrors;
import perennial.streaming.learn.DamagedStateException;

/**
 * A job between topics on an embedded Flink, as a command runs it until it ends: it may go on from a checkpoint, passes over a newest one that
 * is damaged, and ends where the broker refuses it.
 */
final class ResumableJob {

    private final String name;
    private final Map<String, String> options;
    private final Path state;
    private final String resume;
    private final Runnable requireRights;
    private final PrintWriter err;

    /**
     * @param name its name in Flink
     * @param options options of Flink
     * @param state folder for checkpoints and savepoints
     * @param resume what it goes on from, as the command line says it; null to begin anew
     * @param requireRights throws a {@link UserException} where the broker refuses what the job needs
     * @param err where its course is told
     */
    ResumableJob(
            String name,
            Map<String, String> options,
            Path state,
            String resume,
            Runnable requireRights,
            PrintWriter err) {
        this.name = name;
        this.options = options;
        this.state = state;
        this.resume = resume;
        this.requireRights = requireRights;
        this.err = err;
    }

    /** A job that was submitted. */
    interface Submitted {

        /** Its id. */
        JobID id();

        /** How to ask about it. */
        FlinkRest rest();

        /** Waits for its end, showing every ten seconds how many records the operator of that name has taken in. */
        void await(String operator, RunningJob.Account account);
    }

    /**
     * Runs the job.
     *
     * @param graph describes it
     * @param doing what it does, to follow its name in a line
     * @param waiting waits for its end with {@link Submitted#await}
     * @throws UserException if it fails
     */
    void run(Consumer<StreamExecutionEnvironment> graph, String doing, Consumer<Submitted> waiting) {
        String path = resume == null ? null : Checkpoints.resolve(resume, state, err::println);
        while (true) {
            try {
                runFrom(path, graph, doing, waiting);
                return;
            } catch (UserException e) {
                path = before(path, e);
            }
        }
    }

    /** The checkpoint to try instead of one whose state turned out to be damaged; {@code failure} where there is nothing to try. */
    private String before(String damaged, UserException failure) {
        if (!"latest".equals(resume)
                || ExceptionUtils.findThrowable(failure, DamagedStateException.class)
                        .isEmpty()) {
            throw failure;
        }
        Path before = Checkpoints.before(damaged, state, err::println).orElseThrow(() -> failure);
        err.println("passed over a damaged checkpoint for the one before it: checkpoint=" + damaged + " "
                + failure.getMessage());
        err.flush();
        return before.toAbsolutePath().toUri().toString();
    }

    private void runFrom(
            String path, Consumer<StreamExecutionEnvironment> graph, String doing, Consumer<Submitted> waiting) {
        Configuration effective = FlinkOptions.effective(options, state);
        if (path != null) {
            FlinkOptions.resumeFrom(effective, path);
            err.println("resuming from " + path);
        }
        try (EmbeddedFlink flink = EmbeddedFlink.start(effective, effective.get(CoreOptions.DEFAULT_PARALLELISM))) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(effective);
            graph.accept(environment);
            JobID job = flink.submit(environment, name);
            err.println("Flink's web page is at " + flink.webPage());
            PrometheusOptions.addressIn(options)
                    .ifPresent(address -> err.println("metrics for Prometheus are at " + address));
            err.println("job " + job + " " + doing + "; checkpoints go to "
                    + effective.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
            err.flush();
            waiting.accept(submitted(flink, job));
        } catch (UserException e) {
            if (ExceptionUtils.findThrowable(e, LostRecordsException.class).isPresent()) {
                err.println("checkpoints that there are, newest first: " + Checkpoints.all(state));
                err.flush();
            }
            throw e;
        }
    }

    private Submitted submitted(EmbeddedFlink flink, JobID job) {
        FlinkRest rest = new FlinkRest(flink.webPage());
        return new Submitted() {
            @Override
            public JobID id() {
                return job;
            }

            @Override
            public FlinkRest rest() {
                return rest;
            }

            @Override
            public void await(String operator, RunningJob.Account account) {
                new RunningJob(flink, job, err, ResumableJob.this::endWhereRefused)
                        .await(state.resolve("savepoints"), operator, account);
            }
        };
    }

    /** A broker that does not let the job in, or not do what it must, says the same at every start. */
    private void endWhereRefused(FlinkRest.Failure failure) {
        if (!KafkaErrors.isRefusal(failure.type())) {
            return;
        }
        String sequel = "; the job has ended: put it right, and go on with --resume latest";
        try {
            requireRights.run();
        } catch (UserException named) {
            throw UserException.failed(named.getMessage() + sequel, named);
        }
        throw UserException.failed("the broker refused the job: " + failure.message() + sequel);
    }
}
