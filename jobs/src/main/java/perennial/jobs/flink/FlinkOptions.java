package perennial.jobs.flink;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;

/** The Flink options that Perennial's jobs run with: what a user gives, and our own choice for the rest. */
public final class FlinkOptions {

    /** Checkpoints of an earlier run are kept, so that a killed process can go on from the newest. */
    private static final int RETAINED_CHECKPOINTS = 2;

    private FlinkOptions() {}

    /**
     * The user's options, with ours where they say nothing.
     *
     * @param given options as the configuration has them
     * @param stateFolder where checkpoints go unless {@code given} names another place
     */
    public static Configuration effective(Map<String, String> given, Path stateFolder) {
        Configuration options = new Configuration();
        options.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        options.set(PipelineOptions.OBJECT_REUSE, true);
        options.set(PipelineOptions.GENERIC_TYPES, false);
        options.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        options.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        options.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, RETAINED_CHECKPOINTS);
        options.setString(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
                stateFolder.resolve("checkpoints").toAbsolutePath().toUri().toString());
        given.forEach(options::setString);
        return options;
    }

    /**
     * How a cluster's job is tried again after a failure: again and again, first soon, and less often where that does not help; but never so
     * seldom that a TaskManager's death, the last of a row of troubles, costs more than some seconds. The files of {@code deploy} have the
     * same.
     */
    public static Map<String, String> restarts() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("restart-strategy.type", "exponential-delay");
        options.put("restart-strategy.exponential-delay.initial-backoff", "500ms");
        options.put("restart-strategy.exponential-delay.backoff-multiplier", "1.5");
        options.put("restart-strategy.exponential-delay.max-backoff", "3s");
        options.put("restart-strategy.exponential-delay.reset-backoff-threshold", "30s");
        options.put("restart-strategy.exponential-delay.jitter-factor", "0.1");
        return options;
    }

    /** Makes a job start from a savepoint or checkpoint. */
    public static void resumeFrom(Configuration options, String path) {
        options.set(StateRecoveryOptions.SAVEPOINT_PATH, path);
    }

    /**
     * Makes a job start from the newest checkpoint or savepoint of its earlier runs. A checkpoint becomes Flink's to delete when it is
     * outdated, so that they do not pile up; a savepoint stays the user's.
     */
    public static void resumeFromNewest(Configuration options, Path place) {
        resumeFrom(options, place.toAbsolutePath().toUri().toString());
        boolean checkpoint = place.getFileName().toString().startsWith("chk-");
        options.set(
                StateRecoveryOptions.RESTORE_MODE, checkpoint ? RecoveryClaimMode.CLAIM : RecoveryClaimMode.NO_CLAIM);
    }
}
