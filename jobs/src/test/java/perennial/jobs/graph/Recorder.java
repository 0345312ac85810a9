package perennial.jobs.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.schemas.RecordCodec;

/**
 * Keeps everything that it is given as part of its state, so that what a failure takes back is taken back here too, and shows it when
 * the input ends.
 */
final class Recorder extends AbstractStreamOperator<String>
        implements OneInputStreamOperator<SpecificRecord, String>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    /** By name, in this process. */
    private static final Map<String, List<byte[]>> SHOWN = new ConcurrentHashMap<>();

    private final String name;
    private transient RecordCodec codec;
    private transient List<byte[]> records;
    private transient ListState<byte[]> state;

    private Recorder(String name) {
        this.name = name;
    }

    /** Records a stream under a name. */
    static void record(DataStream<? extends SpecificRecord> stream, String name) {
        record(stream, new Recorder(name));
    }

    @SuppressWarnings("unchecked")
    private static void record(DataStream<? extends SpecificRecord> stream, Recorder recorder) {
        ((DataStream<SpecificRecord>) stream)
                .transform(recorder.name, BasicTypeInfo.STRING_TYPE_INFO, recorder)
                .setParallelism(1)
                .uid(recorder.name);
    }

    /** What was recorded under that name. */
    static List<byte[]> shown(String name) {
        return SHOWN.get(name);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        codec = new RecordCodec();
        records = new ArrayList<>();
        state = context.getOperatorStateStore()
                .getListState(
                        new ListStateDescriptor<>("records", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        for (byte[] record : state.get()) {
            records.add(record);
        }
    }

    @Override
    public void processElement(StreamRecord<SpecificRecord> element) {
        records.add(codec.encode(element.getValue()));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.update(records);
    }

    @Override
    public void endInput() {
        SHOWN.put(name, List.copyOf(records));
    }
}
