package perennial.streaming.watch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import perennial.streaming.assign.DecodeAndAssign;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityAlert;

/**
 * Puts the operators of the watch together.
 *
 * <pre>
 *   metrics ----> decode-metrics --(by learner)--> watch ----> alerts
 *                       \--> dead letters
 * </pre>
 *
 * <p>The uids below name each operator's state in every savepoint: they never change.
 */
public final class WatchTopology {

    /** Uid and name of the operator that decodes. */
    public static final String DECODE_METRICS = "decode-metrics";

    /** Uid and name of the operator that holds the rules against what comes. */
    public static final String WATCH = "watch";

    /** What leaves. */
    public record Streams(DataStream<PlasticityAlert> alerts, DataStream<DeadLetter> deadLetters) {}

    private WatchTopology() {}

    /**
     * Adds the operators behind {@code source}.
     *
     * @param source records of a metrics topic, those of a learner in order
     * @param rules what is to be noticed
     * @param maxRecordBytes size from which a record is too large
     */
    public static Streams build(DataStream<RawRecord> source, List<WatchRule> rules, int maxRecordBytes) {
        Set<String> names = new HashSet<>();
        for (WatchRule rule : rules) {
            if (!names.add(rule.name())) {
                throw new IllegalArgumentException("a rule needs a name of its own: name=" + rule.name());
            }
        }
        SingleOutputStreamOperator<SpecificRecord> decoded = source.process(
                        new DecodeMetrics(maxRecordBytes), RecordSerializer.typeInfo(SpecificRecord.class))
                .uid(DECODE_METRICS)
                .name(DECODE_METRICS);
        SingleOutputStreamOperator<PlasticityAlert> alerts = decoded.keyBy(
                        WatchTopology::learner, BasicTypeInfo.STRING_TYPE_INFO)
                .process(new WatchFunction(rules), RecordSerializer.typeInfo(PlasticityAlert.class))
                .uid(WATCH)
                .name(WATCH);
        return new Streams(alerts, decoded.getSideOutput(DecodeAndAssign.DEAD_LETTERS));
    }

    private static String learner(SpecificRecord record) {
        return record.get(record.getSchema().getField("learner").pos()).toString();
    }
}
