package perennial.streaming;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.assign.AssignCommands;
import perennial.streaming.assign.DecodeAndAssign;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.feed.ControlFeed;
import perennial.streaming.feed.FeedSerializer;
import perennial.streaming.feed.Ticket;
import perennial.streaming.feed.TicketSource;
import perennial.streaming.learn.ControlledLearnerOperator;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.learn.InJobLearnerOperator;
import perennial.streaming.learn.InJobSources;
import perennial.streaming.learn.LearnerFactory;
import perennial.streaming.learn.LearnerOperator;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerCommandSerializer;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.LearnerEventSerializer;
import perennial.streaming.types.LearnerInput;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.DeadLetter;

/**
 * Puts the operators together: records are decoded and assigned where they are read, then each event goes to the subtask
 * that holds its learner.
 *
 * <pre>
 *   source ----> decode-and-assign --(by learner)--> learners ----> reports, task summaries
 *                       |                                |  \-----> predictions
 *                       \--> dead letters                \--------> weights, policies and progress
 *   control topic -> assign-commands --(by learner)--^
 * </pre>
 *
 * <p>The uids below name each operator's state in every savepoint: they never change.
 */
public final class LearnerTopology {

    /** Uid and name of the operator that decodes and assigns. */
    public static final String DECODE_AND_ASSIGN = "decode-and-assign";

    /** Uid and name of the source of learners that have sources of their own. */
    public static final String TICKETS = "tickets";

    /** Uid and name of the operator that reads the records of the control topic as commands. */
    public static final String ASSIGN_COMMANDS = "assign-commands";

    /** Uid and name of the operator that holds the learners. */
    public static final String LEARNERS = "learners";

    private LearnerTopology() {}

    /** Adds the operators behind {@code source}, with learners that compute on the spec's engine and have no commands. */
    public static LearnerStreams build(DataStream<RawRecord> source, TopologySpec spec) {
        return build(source, spec, new EngineLearners(spec.engine()));
    }

    /** As {@link #build(DataStream, DataStream, TopologySpec, LearnerFactory)}, without commands. */
    public static LearnerStreams build(DataStream<RawRecord> source, TopologySpec spec, LearnerFactory factory) {
        return build(source, null, spec, factory);
    }

    /**
     * Adds the operators behind {@code source}. Switches object reuse on for the whole job, which they are made for, and sets its
     * number of key groups.
     *
     * @param source the records, those of a stream in order
     * @param control the records of the control topic, in order, which one subtask reads; null for a job without
     * @param spec what the operators are built from
     * @param factory where learners come from
     */
    public static LearnerStreams build(
            DataStream<RawRecord> source, DataStream<RawRecord> control, TopologySpec spec, LearnerFactory factory) {
        source.getExecutionEnvironment().getConfig().enableObjectReuse();
        // For sinks too: operators that are chained at one parallelism and not at another must agree in a savepoint.
        source.getExecutionEnvironment().setMaxParallelism(LearnerKeys.KEY_GROUPS);
        // Forwarded: records must not change subtasks, or their order would be lost. Another parallelism is an error.
        SingleOutputStreamOperator<LearnerEvent> assigned = source.forward()
                .process(new DecodeAndAssign(spec.learners(), spec.maxRecordBytes()), LearnerEventSerializer.TYPE_INFO)
                .setMaxParallelism(LearnerKeys.KEY_GROUPS)
                .uid(DECODE_AND_ASSIGN)
                .name(DECODE_AND_ASSIGN);
        if (source.getTransformation().isParallelismConfigured()) {
            assigned.setParallelism(source.getParallelism());
        }
        KeyedStream<LearnerEvent, Integer> events = assigned.keyBy(LearnerEvent::key, BasicTypeInfo.INT_TYPE_INFO);
        DataStream<DeadLetter> deadLetters = assigned.getSideOutput(DecodeAndAssign.DEAD_LETTERS);
        if (control == null) {
            return streams(
                    learners(events.transform(
                            LEARNERS,
                            RecordSerializer.typeInfo(SpecificRecord.class),
                            new LearnerOperator(spec.learners(), factory, spec.weightsAtEnd(), spec.publications()))),
                    deadLetters);
        }
        SingleOutputStreamOperator<SpecificRecord> metrics =
                learners(events.connect(commands(control, spec).keyBy(LearnerCommand::key, BasicTypeInfo.INT_TYPE_INFO))
                        .transform(
                                LEARNERS,
                                RecordSerializer.typeInfo(SpecificRecord.class),
                                new ControlledLearnerOperator(
                                        spec.learners(), factory, spec.weightsAtEnd(), spec.publications())));
        return streams(metrics, deadLetters.union(metrics.getSideOutput(DecodeAndAssign.DEAD_LETTERS)));
    }

    private static SingleOutputStreamOperator<SpecificRecord> learners(
            SingleOutputStreamOperator<SpecificRecord> operator) {
        return operator.setMaxParallelism(LearnerKeys.KEY_GROUPS).uid(LEARNERS).name(LEARNERS);
    }

    /** One subtask, so that commands keep their order whatever learners they are for. */
    private static DataStream<LearnerCommand> commands(DataStream<RawRecord> control, TopologySpec spec) {
        return control.process(
                        new AssignCommands(spec.learners(), spec.maxRecordBytes()), LearnerCommandSerializer.TYPE_INFO)
                .setParallelism(1)
                .setMaxParallelism(LearnerKeys.KEY_GROUPS)
                .uid(ASSIGN_COMMANDS)
                .name(ASSIGN_COMMANDS);
    }

    /**
     * Adds the operators of learners that have sources of their own. They are chained: nothing goes from one thread to another.
     * Switches object reuse on for the whole job, and sets its number of key groups.
     *
     * <pre>
     *   tickets ----> learners ----> reports, task summaries
     *                    |  \-----> predictions
     *                    \--------> weights, policies and progress
     * </pre>
     *
     * @param environment the job
     * @param spec what the operators are built from
     * @param factory where learners come from
     * @param sources where their sources come from
     */
    public static LearnerStreams build(
            StreamExecutionEnvironment environment, TopologySpec spec, LearnerFactory factory, InJobSources sources) {
        return build(environment, null, spec, factory, sources);
    }

    /**
     * As {@link #build(StreamExecutionEnvironment, TopologySpec, LearnerFactory, InJobSources)}, with commands.
     *
     * @param control where commands come from that are sent from now on; null for a job without
     */
    public static LearnerStreams build(
            StreamExecutionEnvironment environment,
            ControlFeed control,
            TopologySpec spec,
            LearnerFactory factory,
            InJobSources sources) {
        environment.getConfig().enableObjectReuse();
        environment.setMaxParallelism(LearnerKeys.KEY_GROUPS);
        Map<String, Long> tickets = new LinkedHashMap<>();
        for (LearnerSpec learner : spec.learners()) {
            tickets.put(learner.name(), Ticket.toAllow(sources.mostEvents(learner)));
        }
        DataStream<LearnerInput> source = environment
                .fromSource(
                        new TicketSource(tickets, control, spec.maxRecordBytes()),
                        WatermarkStrategy.noWatermarks(),
                        TICKETS,
                        FeedSerializer.TYPE_INFO)
                .setMaxParallelism(LearnerKeys.KEY_GROUPS)
                .uid(TICKETS);
        SingleOutputStreamOperator<SpecificRecord> metrics = DataStreamUtils.reinterpretAsKeyedStream(
                        source, LearnerInput::key, BasicTypeInfo.INT_TYPE_INFO)
                .transform(
                        LEARNERS,
                        RecordSerializer.typeInfo(SpecificRecord.class),
                        new InJobLearnerOperator(
                                spec.learners(), factory, sources, spec.weightsAtEnd(), spec.publications()))
                .setMaxParallelism(LearnerKeys.KEY_GROUPS)
                .uid(LEARNERS)
                .name(LEARNERS);
        return streams(metrics, metrics.getSideOutput(DecodeAndAssign.DEAD_LETTERS));
    }

    private static LearnerStreams streams(
            SingleOutputStreamOperator<SpecificRecord> metrics, DataStream<DeadLetter> deadLetters) {
        return new LearnerStreams(
                metrics,
                deadLetters,
                metrics.getSideOutput(LearnerOperator.PREDICTIONS),
                metrics.getSideOutput(LearnerOperator.WEIGHTS),
                metrics.getSideOutput(LearnerOperator.POLICIES));
    }
}
