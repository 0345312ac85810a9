package perennial.streaming;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * An operator's output that keeps everything. The test harness's own would copy side outputs with Kryo, which knows
 * nothing of our records.
 */
public final class RecordingOutput<T> implements RecordsOnly<T> {

    private final UnaryOperator<T> copy;
    private final List<T> main = new ArrayList<>();
    private final Map<String, List<Object>> sides = new HashMap<>();

    public RecordingOutput(UnaryOperator<T> copy) {
        this.copy = copy;
    }

    public List<T> main() {
        return main;
    }

    @SuppressWarnings("unchecked")
    public <X> List<X> side(OutputTag<X> tag) {
        return (List<X>) sides.computeIfAbsent(tag.getId(), id -> new ArrayList<>());
    }

    @Override
    public void collect(StreamRecord<T> record) {
        main.add(copy.apply(record.getValue()));
    }

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
        side(tag).add(record.getValue());
    }
}
