package perennial.jobs.graph;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Delivery;
import perennial.streaming.LearnerStreams;
import perennial.streaming.LearnerTopology;
import perennial.streaming.TopologySpec;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.learn.LearnerFactory;
import perennial.streaming.types.RawRecord;

/**
 * The job between Kafka topics: events in, learners, metrics, policies and dead letters out. Learners that make their events
 * themselves take none in.
 */
public final class KafkaJob {

    private KafkaJob() {}

    /** Adds the job to {@code environment}. Checkpoints are taken every ten seconds unless its options say otherwise. */
    public static void describe(StreamExecutionEnvironment environment, Configuration configuration) {
        describe(environment, configuration, new EngineLearners(configuration.engineName()));
    }

    /** As {@link #describe(StreamExecutionEnvironment, Configuration)}, with learners that come from {@code factory}. */
    public static void describe(
            StreamExecutionEnvironment environment, Configuration configuration, LearnerFactory factory) {
        TopicStreams.prepare(environment, configuration);
        TopologySpec spec = new TopologySpec(
                configuration.learnerSpecs(),
                configuration.engineName(),
                configuration.limits().maxRecordBytes(),
                false,
                configuration.publications());
        LearnerStreams streams = configuration.hasOwnSources()
                ? LearnerTopology.build(
                        environment,
                        new KafkaControlFeed(
                                configuration.kafka(), configuration.topics().control(), System.currentTimeMillis()),
                        spec,
                        factory,
                        new ConfiguredSources(configuration))
                : LearnerTopology.build(
                        records(environment, configuration), commands(environment, configuration), spec, factory);

        // In a thread of its own, as predictions are: at a checkpoint they wait for the broker, which learners need not
        // wait for.
        TopicStreams.add(
                        streams.metrics(),
                        "metrics",
                        configuration,
                        new LearnerRecordSerialization<>(configuration.topics().metrics(), configuration.format()))
                .disableChaining();
        TopicStreams.add(
                streams.deadLetters(),
                "dead-letters",
                configuration,
                new DeadLetterSerialization(configuration.topics().deadLetters()));
        // Even where no learner predicts: Flink refuses a savepoint with the state of a sink that is gone, so that it
        // could never be switched off.
        TopicStreams.add(
                        streams.predictions(),
                        "predictions",
                        configuration,
                        new LearnerRecordSerialization<>(configuration.topics().predictions(), configuration.format()))
                .disableChaining();
        // Actors act with a policy as soon as it is there. In a transaction it would come with the next checkpoint,
        // and nobody is hurt by a policy that comes twice. Nor is it to lie in a buffer on its way to another thread.
        // Any
        // learner may be told to publish one.
        TopicStreams.add(
                streams.policies(),
                "policies",
                configuration.withDelivery(Delivery.AT_LEAST_ONCE),
                new PolicySerialization(configuration.topics().policies()));
    }

    private static DataStream<RawRecord> records(StreamExecutionEnvironment environment, Configuration configuration) {
        // Offsets are part of the job's state; without a state it starts with the oldest event there is.
        KafkaSource<RawRecord> source = TopicStreams.source(
                        configuration, configuration.topics().events(), OffsetsInitializer.earliest())
                .build();
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "events")
                .uid("events");
    }

    /**
     * Commands that were sent before a job begins are not for it. The time is part of the job, so that one that fails before its first
     * checkpoint reads again what it had read.
     */
    private static DataStream<RawRecord> commands(StreamExecutionEnvironment environment, Configuration configuration) {
        KafkaSource<RawRecord> source = TopicStreams.source(
                        configuration,
                        configuration.topics().control(),
                        OffsetsInitializer.timestamp(System.currentTimeMillis()))
                .setClientIdPrefix(configuration.name() + "-control")
                .build();
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "control")
                .setParallelism(1)
                .uid("control");
    }
}
