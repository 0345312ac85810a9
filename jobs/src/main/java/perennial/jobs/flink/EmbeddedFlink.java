package perennial.jobs.flink;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;
import perennial.jobs.TemporaryFolder;
import perennial.jobs.UserException;

/**
 * A whole Flink cluster in this process, with its web page on localhost.
 *
 * <p>Not thread-safe, except that {@link #stopWithSavepoint} and {@link #cancel} may be called from a shutdown hook.
 */
public final class EmbeddedFlink implements AutoCloseable {

    private static final long STOP_TIMEOUT_SECONDS = 60;
    private static final long RETRY_MILLIS = 200;

    private final MiniCluster cluster;
    private final URI webPage;
    private final TemporaryFolder temporary;

    private EmbeddedFlink(MiniCluster cluster, URI webPage, TemporaryFolder temporary) {
        this.cluster = cluster;
        this.webPage = webPage;
        this.temporary = temporary;
    }

    /**
     * Starts a cluster with as many slots as a job of {@code parallelism} needs, in one task manager.
     *
     * @param options any Flink option; web page and RPC stay on localhost unless they say otherwise
     * @throws UserException if it cannot start, or not serve the metrics that {@link PrometheusOptions} ask for
     */
    public static EmbeddedFlink start(Configuration options, int parallelism) {
        return start(options, parallelism, 1);
    }

    /**
     * Starts a cluster with at least as many slots as a job of {@code parallelism} needs.
     *
     * @param options any Flink option; web page and RPC stay on localhost unless they say otherwise
     * @param taskManagers task managers that share the slots
     */
    public static EmbeddedFlink start(Configuration options, int parallelism, int taskManagers) {
        Configuration effective = new Configuration(options);
        setUnlessGiven(effective, RestOptions.BIND_PORT.key(), "0");
        setUnlessGiven(effective, RestOptions.ADDRESS.key(), "localhost");
        setUnlessGiven(effective, RestOptions.BIND_ADDRESS.key(), "localhost");
        // Whoever reaches the port may read; without these a page in the browser could also run code here.
        effective.set(RestGuardFactory.GUARDED, true);
        setUnlessGiven(effective, WebOptions.SUBMIT_ENABLE.key(), "false");
        setUnlessGiven(effective, WebOptions.CANCEL_ENABLE.key(), "false");
        setUnlessGiven(effective, WebOptions.RESCALE_ENABLE.key(), "false");
        setUnlessGiven(effective, WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN.key(), "http://localhost");
        // Jobs, with the passwords of their clients, are written there; Flink's own default is a folder that all may
        // read.
        TemporaryFolder temporary = new TemporaryFolder("perennial-flink-", "an embedded Flink cluster");
        setUnlessGiven(effective, CoreOptions.TMP_DIRS.key(), temporary.path().toString());
        setUnlessGiven(effective, WebOptions.TMP_DIR.key(), temporary.path().toString());
        MiniCluster cluster = new ReportingCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(effective)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager((parallelism + taskManagers - 1) / taskManagers)
                .build());
        try {
            cluster.start();
            return new EmbeddedFlink(cluster, cluster.getRestAddress().get(), temporary);
        } catch (Exception e) {
            cluster.closeAsync().whenComplete((closed, trouble) -> temporary.close());
            if (e instanceof UserException user) {
                throw user;
            }
            throw UserException.failed(
                    "the embedded Flink cluster could not start: " + rootMessage(e)
                            + "; if a port is taken, set flink.rest.bind-port in the configuration",
                    e);
        }
    }

    private static void setUnlessGiven(Configuration options, String key, String value) {
        if (!options.containsKey(key)) {
            options.setString(key, value);
        }
    }

    /** Where the web page is. */
    public URI webPage() {
        return webPage;
    }

    /** Hands over the job that {@code environment} describes; returns once it is accepted. */
    public JobID submit(StreamExecutionEnvironment environment, String jobName) {
        StreamGraph streams = environment.getStreamGraph();
        streams.setJobName(jobName);
        JobGraph graph = streams.getJobGraph();
        try {
            cluster.submitJob(graph).get();
            return graph.getJobID();
        } catch (ExecutionException e) {
            throw UserException.failed("Flink refused the job: " + rootMessage(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Where the job stands. */
    public JobStatus status(JobID job) {
        try {
            return cluster.getJobStatus(job).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cluster does not know the job: job=" + job, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Completes when the job has ended, in whatever way. */
    public CompletableFuture<JobResult> result(JobID job) {
        return cluster.requestJobResult(job);
    }

    /**
     * Waits for the job's end.
     *
     * @throws UserException if it failed
     */
    public void await(JobID job) {
        try {
            JobResult result = cluster.requestJobResult(job).get();
            result.getSerializedThrowable().ifPresent(failure -> {
                Throwable cause = failure.deserializeError(EmbeddedFlink.class.getClassLoader());
                throw UserException.failed("the job failed: " + rootMessage(cause), cause);
            });
        } catch (ExecutionException e) {
            throw UserException.failed("the job failed: " + rootMessage(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Writes a savepoint and ends the job with it. A job whose tasks are still starting is waited for.
     *
     * @param folder folder that savepoints go to
     * @return the savepoint's path, to resume from
     */
    public String stopWithSavepoint(JobID job, Path folder) {
        String target = folder.toAbsolutePath().toUri().toString();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_TIMEOUT_SECONDS);
        while (true) {
            try {
                return cluster.stopWithSavepoint(job, target, false, SavepointFormatType.CANONICAL)
                        .get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                if (!isStillStarting(e) || System.nanoTime() > end) {
                    throw UserException.failed("the job could not be stopped with a savepoint: " + rootMessage(e), e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            pause();
        }
    }

    private static boolean isStillStarting(Exception failure) {
        return ExceptionUtils.findThrowable(failure, CheckpointException.class)
                .map(CheckpointException::getCheckpointFailureReason)
                .filter(CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING::equals)
                .isPresent();
    }

    private static void pause() {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS))
                .join();
    }

    /** Ends the job as it is and waits until it has ended. */
    public void cancel(JobID job) {
        try {
            cluster.cancelJob(job).get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            cluster.requestJobResult(job).get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw UserException.failed("the job could not be cancelled: " + rootMessage(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Ends a task manager at once, as a crash would, and starts another in its place. For tests of recovery. */
    public void replaceTaskManager() throws Exception {
        cluster.terminateTaskManager(0).get();
        cluster.startTaskManager();
    }

    @Override
    public void close() {
        try {
            cluster.closeAsync().get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the embedded Flink cluster did not close: " + rootMessage(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            temporary.close();
        }
    }

    /** The message at the bottom of a chain of causes: Flink wraps what happened many times over. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static RuntimeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return UserException.failed("interrupted", e);
    }
}
