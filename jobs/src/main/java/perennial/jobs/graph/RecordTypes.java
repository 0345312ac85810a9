package perennial.jobs.graph;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** How records travel between operators: with serialisers of our own, whatever the options of a cluster say. */
final class RecordTypes {

    private RecordTypes() {}

    /** Makes a type for which Flink would ask Kryo, whose bytes name their own classes, an error. */
    static void keepKryoOut(StreamExecutionEnvironment environment) {
        environment.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    }
}
