package perennial.jobs.graph;

import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.files.EventFileFormat;
import perennial.jobs.files.JsonLinesSink;
import perennial.jobs.files.WeightsSink;
import perennial.streaming.LearnerStreams;
import perennial.streaming.LearnerTopology;
import perennial.streaming.TopologySpec;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.learn.LearnerFactory;
import perennial.streaming.types.RawRecord;

/** The same job without Kafka: over a finite file of events, or with learners that make their events themselves. */
public final class FileJob {

    private FileJob() {}

    /**
     * Files of one run.
     *
     * @param events what is learned from: JSON lines or an Avro container; null where the learners have sources of their own
     * @param metrics where reports and task summaries go; null for nowhere
     * @param deadLetters where records go that cannot be used
     * @param weights folder for each learner's weights at the end; null for nowhere
     */
    public record RunFiles(Path events, Path metrics, Path deadLetters, Path weights) {}

    /** Adds the job to {@code environment}. */
    public static void describe(
            StreamExecutionEnvironment environment,
            Configuration configuration,
            InitialWeights initialWeights,
            RunFiles files) {
        RecordTypes.keepKryoOut(environment);
        TopologySpec spec = new TopologySpec(
                configuration.learnerSpecs(),
                configuration.engineName(),
                configuration.limits().maxRecordBytes(),
                files.weights() != null);
        LearnerFactory factory = new InitialisedLearners(new EngineLearners(spec.engine()), initialWeights);
        LearnerStreams streams = files.events() == null
                ? LearnerTopology.build(environment, spec, factory, new ConfiguredSources(configuration))
                : LearnerTopology.build(records(environment, files.events()), spec, factory);

        if (files.metrics() != null) {
            streams.metrics()
                    .sinkTo(new JsonLinesSink<>(files.metrics()))
                    .name("metrics")
                    .uid("metrics")
                    .setParallelism(1);
        }
        streams.deadLetters()
                .sinkTo(new JsonLinesSink<>(files.deadLetters()))
                .name("dead-letters")
                .uid("dead-letters")
                .setParallelism(1);
        if (files.weights() != null) {
            streams.weights()
                    .sinkTo(new WeightsSink(files.weights()))
                    .name("weights")
                    .uid("weights")
                    .setParallelism(1);
        }
    }

    private static DataStream<RawRecord> records(StreamExecutionEnvironment environment, Path events) {
        FileSource<RawRecord> source = FileSource.forBulkFileFormat(
                        new EventFileFormat(),
                        new org.apache.flink.core.fs.Path(
                                events.toAbsolutePath().toUri()))
                .build();
        // One reader keeps the order of the file.
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "events")
                .uid("events")
                .setParallelism(1);
    }
}
