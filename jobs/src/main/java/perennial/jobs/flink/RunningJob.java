package perennial.jobs.flink;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import perennial.environment.StateFolder;
import perennial.jobs.Interrupts;
import perennial.jobs.Secrets;
import perennial.jobs.UserException;

/**
 * A job on an embedded cluster, watched from the command line: shows its progress, and on Ctrl-C ends it with a savepoint
 * that a later run goes on from.
 */
public final class RunningJob {

    private static final long PROGRESS_SECONDS = 10;

    /** What is said of a job to the person who waits for it. */
    public interface Account {

        /** How far it is, in one line. */
        String progress(FlinkRest.Progress job);

        /** How a later run goes on from {@code savepoint}, which Ctrl-C took. */
        String goOn(String savepoint);
    }

    /** Says how many records something was done with. */
    private static final class Records implements Account {
        private final String done;
        private long before;

        Records(String done) {
            this.done = done;
        }

        @Override
        public String progress(FlinkRest.Progress job) {
            long since = Math.max(0, job.records() - before);
            before = job.records();
            return String.format(
                    Locale.ROOT, "%,d records %s, %,d a second", job.records(), done, since / PROGRESS_SECONDS);
        }

        @Override
        public String goOn(String savepoint) {
            return "stopped; go on from here with --resume " + savepoint;
        }
    }

    /** An account that counts records, and says what was done with them: {@code learned from}, for example. */
    public static Account ofRecords(String done) {
        return new Records(done);
    }

    private final EmbeddedFlink flink;
    private final JobID job;
    private final PrintWriter err;
    private final Consumer<FlinkRest.Failure> judge;
    private long newestFailure;

    /** A job that starts again after whatever failure, as Flink is told to. */
    public RunningJob(EmbeddedFlink flink, JobID job, PrintWriter err) {
        this(flink, job, err, failure -> {});
    }

    /**
     * @param flink where the job runs
     * @param job the job
     * @param err where progress is shown
     * @param judge told of every failure that is seen; throws a {@link UserException} where starting again is of no use, and the job
     *     is ended
     */
    public RunningJob(EmbeddedFlink flink, JobID job, PrintWriter err, Consumer<FlinkRest.Failure> judge) {
        this.flink = flink;
        this.job = job;
        this.err = err;
        this.judge = judge;
    }

    /**
     * Waits for the job's end, showing every ten seconds how many records have been learned from.
     *
     * @param savepointFolder where the savepoint goes that Ctrl-C takes
     * @param learners name of the operator whose records are counted
     * @throws UserException if the job failed
     */
    public void await(Path savepointFolder, String learners) {
        await(savepointFolder, learners, new Records("learned from"));
    }

    /**
     * Waits for the job's end, showing progress every ten seconds.
     *
     * @param savepointFolder where the savepoint goes that Ctrl-C takes
     * @param learners name of the operator whose records are counted
     * @param account says how far it is
     * @throws UserException if the job failed
     */
    public void await(Path savepointFolder, String learners, Account account) {
        try (Interrupts interrupts = new Interrupts(() -> stop(savepointFolder, account))) {
            FlinkRest rest = new FlinkRest(flink.webPage());
            while (!endedWithin(PROGRESS_SECONDS)) {
                if (!interrupts.interrupted()) {
                    showProgress(rest, learners, account);
                }
            }
            flink.await(job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserException.failed("interrupted", e);
        }
    }

    private boolean endedWithin(long seconds) throws InterruptedException {
        try {
            flink.result(job).get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw UserException.failed("the job failed: " + EmbeddedFlink.rootMessage(e), e);
        }
    }

    private void showProgress(FlinkRest rest, String learners, Account account) throws InterruptedException {
        try {
            FlinkRest.Progress progress = rest.progress(job, learners);
            err.printf(
                    "%s: %s; %d checkpoints%s%n",
                    progress.state().toLowerCase(Locale.ROOT),
                    account.progress(progress),
                    progress.completedCheckpoints(),
                    progress.checkpointTrouble().isEmpty()
                            ? ""
                            : "; the newest failed: " + Secrets.masked(progress.checkpointTrouble()));
            FlinkRest.Failure failure = rest.newestFailure(job).orElse(null);
            if (failure != null && failure.timestamp() > newestFailure) {
                newestFailure = failure.timestamp();
                err.println(
                        "it failed and starts again from its last checkpoint: " + Secrets.masked(failure.message()));
                judge(failure);
            }
            err.flush();
        } catch (IOException e) {
            // The cluster is busy starting or ending: the next line will tell.
        }
    }

    private void judge(FlinkRest.Failure failure) {
        try {
            judge.accept(failure);
        } catch (UserException useless) {
            flink.cancel(job);
            throw useless;
        }
    }

    private void stop(Path savepointFolder, Account account) {
        err.println("stopping with a savepoint; once more to stop at once ...");
        err.flush();
        try {
            StateFolder.make(savepointFolder.toAbsolutePath().getParent());
            String savepoint = flink.stopWithSavepoint(job, savepointFolder);
            err.println(account.goOn(savepoint));
        } catch (UserException | IOException e) {
            err.println("perennial: " + Secrets.masked(e.getMessage()));
            flink.cancel(job);
        }
        err.flush();
    }
}
