package perennial.streaming;

import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** An operator's output that keeps nothing of what it is given, and allocates nothing: it counts. */
public final class CountingOutput<T> implements RecordsOnly<T> {

    private int count;

    /** Records on the main output. */
    public int count() {
        return count;
    }

    @Override
    public void collect(StreamRecord<T> record) {
        count++;
    }

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
        throw new AssertionError("nothing is expected on a side output: tag=" + tag + " record=" + record);
    }
}
