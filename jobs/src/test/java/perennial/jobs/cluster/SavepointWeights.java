package perennial.jobs.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.files.EventFileFormat;
import perennial.jobs.files.WeightsSink;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.streaming.LearnerTopology;
import perennial.streaming.TopologySpec;

/** The learners' weights in a savepoint: a job goes on from it, finds no events, and hands them out at its end. */
final class SavepointWeights {

    private SavepointWeights() {}

    /**
     * Weights by learner, as safetensors.
     *
     * @param savepoints folder whose newest savepoint is read
     * @param folder where the weights are written
     */
    static Map<String, byte[]> of(perennial.jobs.config.Configuration configuration, Path savepoints, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        Path nothing = Files.writeString(folder.resolve("nothing.jsonl"), "");
        Configuration options = FlinkOptions.effective(configuration.flink(), folder);
        FlinkOptions.resumeFrom(
                options,
                Checkpoints.newest(savepoints, told -> {}).orElseThrow().toUri().toString());
        // The source and the sinks of the savepoint's job are not here.
        options.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, options.get(CoreOptions.DEFAULT_PARALLELISM))) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            LearnerTopology.build(
                            environment
                                    .fromSource(
                                            FileSource.forBulkFileFormat(
                                                            new EventFileFormat(),
                                                            new org.apache.flink.core.fs.Path(nothing.toUri()))
                                                    .build(),
                                            WatermarkStrategy.noWatermarks(),
                                            "nothing")
                                    .uid("nothing"),
                            new TopologySpec(
                                    configuration.learnerSpecs(),
                                    configuration.engineName(),
                                    configuration.limits().maxRecordBytes(),
                                    true))
                    .weights()
                    .sinkTo(new WeightsSink(folder))
                    .uid("weights")
                    .setParallelism(1);
            JobID job = flink.submit(environment, "weights");
            flink.await(job);
        }
        return read(folder);
    }

    /** The weights in a folder, by learner. */
    static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> weights = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.safetensors")) {
            for (Path file : files) {
                weights.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return weights;
    }
}
