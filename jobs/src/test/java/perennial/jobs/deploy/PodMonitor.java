package perennial.jobs.deploy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/** As much of Prometheus' operator's resource of this name as we use; none of its classes can be resolved by the build. */
record PodMonitor(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

    /** Which pods, and how they are read. */
    record Spec(LabelSelector selector, List<Endpoint> podMetricsEndpoints) {}

    /** The named port of a pod that serves metrics, and how often it is read. */
    record Endpoint(String port, String interval) {}
}
