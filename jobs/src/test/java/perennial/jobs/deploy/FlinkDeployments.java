package perennial.jobs.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;

/** The jobs of {@code deploy/kubernetes}, in {@code base} and as each overlay changes them. */
public final class FlinkDeployments {

    private static final String LEARNERS = "job.yaml";
    private static final String WATCH = "watch.yaml";

    private FlinkDeployments() {}

    /** That of the learners, in {@code base}. */
    static FlinkDeployment learners() throws IOException {
        return in("base", LEARNERS);
    }

    /** That of the watch, in {@code base}. */
    public static FlinkDeployment watch() throws IOException {
        return in("base", WATCH);
    }

    /** All of them, by folder and file. */
    public static Map<String, FlinkDeployment> all() throws IOException {
        Map<String, FlinkDeployment> all = new TreeMap<>();
        for (String file : new String[] {LEARNERS, WATCH}) {
            all.put("base/" + file, in("base", file));
            for (String overlay : Manifests.overlays()) {
                all.put(overlay + "/" + file, in(overlay, file));
            }
        }
        return all;
    }

    /** One of them; an overlay that has no such file leaves it as it is. */
    private static FlinkDeployment in(String folder, String file) throws IOException {
        ObjectNode base = Manifests.of("base").trees(file).get(0);
        Manifests manifests = Manifests.of(folder);
        boolean patched = !folder.equals("base") && manifests.files().contains(file);
        return (FlinkDeployment) Manifests.resource(
                patched ? Manifests.merged(base, manifests.trees(file).get(0)) : base);
    }

    /** Flink's options of a job, with those that the operator sets by the rest of the resource. */
    public static Map<String, String> options(FlinkDeployment job) {
        Map<String, String> options = new TreeMap<>(job.getSpec().getFlinkConfiguration());
        options.put(
                "jobmanager.memory.process.size",
                job.getSpec().getJobManager().getResource().getMemory());
        options.put(
                "taskmanager.memory.process.size",
                job.getSpec().getTaskManager().getResource().getMemory());
        return options;
    }
}
