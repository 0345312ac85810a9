package perennial.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CoreOptions;
import perennial.jobs.UserException;
import perennial.jobs.flink.FlinkOptions;

/** Flink's {@code config.yaml} for processes on one machine: the user's options, and ours where they say nothing. */
final class FlinkFiles {

    private FlinkFiles() {}

    /**
     * Writes {@code config.yaml}.
     *
     * @param given options as the configuration has them
     * @param spec what the cluster is to be
     * @param webPort port of the web page
     * @param rpcPort port at which TaskManagers find the JobManager, also one that was started again
     */
    static void write(ClusterFolder folder, Map<String, String> given, ClusterSpec spec, int webPort, int rpcPort) {
        Map<String, String> options =
                new TreeMap<>(FlinkOptions.effective(given, folder.path()).toMap());
        defaults(options, spec).forEach(options::putIfAbsent);
        // These are the supervisor's: it must find the JobManager, and so must whoever is started later.
        options.put("jobmanager.rpc.address", "localhost");
        options.put("jobmanager.rpc.port", Integer.toString(rpcPort));
        options.put("rest.address", "localhost");
        options.put("rest.port", Integer.toString(webPort));
        options.put("rest.bind-port", Integer.toString(webPort));
        StringBuilder yaml = new StringBuilder();
        options.forEach((key, value) ->
                yaml.append(key).append(": '").append(value.replace("'", "''")).append("'\n"));
        try {
            Files.writeString(folder.flink().resolve("config.yaml"), yaml);
        } catch (IOException e) {
            throw UserException.failed(
                    "Flink's configuration cannot be written: folder=" + folder.flink() + " error=" + e, e);
        }
    }

    private static Map<String, String> defaults(Map<String, String> given, ClusterSpec spec) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("jobmanager.bind-host", "localhost");
        options.put("taskmanager.bind-host", "localhost");
        options.put("taskmanager.host", "localhost");
        options.put("rest.bind-address", "localhost");
        options.put("web.submit.enable", "false");

        // One TaskManager can hold the whole job, so that it goes on at once when another dies; while all are there,
        // they share it.
        options.put("taskmanager.numberOfTaskSlots", given.get(CoreOptions.DEFAULT_PARALLELISM.key()));
        options.put("taskmanager.load-balance.mode", "SLOTS");

        // A process that is killed refuses connections, and two heartbeats tell; one that hangs, or a machine that
        // stands still, gets fifteen seconds.
        options.put("heartbeat.interval", "500ms");
        options.put("heartbeat.rpc-failure-threshold", "2");
        options.put("heartbeat.timeout", "15s");
        // How long those wait who find no JobManager, or no TaskManager, at its address.
        options.put("cluster.registration.error-delay", "500ms");
        options.put("cluster.registration.max-timeout", "2s");

        // Who needs slots waits for the TaskManager that is being started again. By default Flink refuses at once when
        // the JobManager is older than five minutes, and the job tries more and more seldom. Flink's timers reach no
        // further than 248 days.
        options.put("resourcemanager.standalone.start-up-time", "240 d");

        options.putAll(FlinkOptions.restarts());

        // Flink's own scripts derive these from the size of a process; it wants them all where it is started without.
        options.put("taskmanager.cpu.cores", given.get(CoreOptions.DEFAULT_PARALLELISM.key()));
        options.put("taskmanager.memory.task.heap.size", (spec.heapMegabytes() - 64) + "m");
        options.put("taskmanager.memory.task.off-heap.size", "64m");
        options.put("taskmanager.memory.framework.heap.size", "64m");
        options.put("taskmanager.memory.framework.off-heap.size", "64m");
        options.put("taskmanager.memory.managed.size", "16m");
        options.put("taskmanager.memory.network.min", "64m");
        options.put("taskmanager.memory.network.max", "64m");
        options.put("taskmanager.memory.jvm-metaspace.size", "256m");
        options.put("taskmanager.memory.jvm-overhead.min", "192m");
        options.put("taskmanager.memory.jvm-overhead.max", "192m");
        return options;
    }
}
