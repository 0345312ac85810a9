package perennial.jobs.cluster;

import java.nio.file.Path;
import java.util.List;
import perennial.jobs.UserException;

/**
 * What a cluster is to be.
 *
 * @param configuration the job's configuration
 * @param overrides assignments over it
 * @param state where everything of the cluster is kept
 * @param broker whether a broker is started even if the configuration names a Kafka
 * @param taskManagers how many; each has slots for the whole job, so that one that is left can go on with it
 * @param heapMegabytes Java heap of each TaskManager, MiB
 * @param kafkaPort port of the broker, where one is started; 0 for any
 * @param webPort port of Flink's web page; 0 for any
 */
public record ClusterSpec(
        Path configuration,
        List<String> overrides,
        Path state,
        boolean broker,
        int taskManagers,
        int heapMegabytes,
        int kafkaPort,
        int webPort) {

    private static final int SMALLEST_HEAP = 128;

    public ClusterSpec {
        overrides = List.copyOf(overrides);
        state = state.toAbsolutePath().normalize();
        if (taskManagers < 1) {
            throw UserException.usage("a cluster needs at least 1 TaskManager: taskManagers=" + taskManagers);
        }
        if (heapMegabytes < SMALLEST_HEAP) {
            throw UserException.usage(
                    "a TaskManager needs a heap of at least " + SMALLEST_HEAP + " MiB: heap=" + heapMegabytes);
        }
    }
}
