package perennial.streaming.watch;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Numbers that grow, of which some may come again after a failure. A number that goes back to the first one or before it says
 * that the count has begun anew.
 */
final class Progression {

    private static final long NONE = Long.MIN_VALUE;

    private long first = NONE;
    private long last = NONE;

    boolean isRepeated(long number) {
        return last != NONE && number <= last && number > first;
    }

    /** Whether the number is not newer than the first, and others have followed that. */
    boolean beginsAnew(long number) {
        return last > first && number <= first;
    }

    /** Whether the number is the only one so far. */
    boolean isOnly(long number) {
        return last == number && first == number;
    }

    void take(long number) {
        if (first == NONE || number < first) {
            first = number;
        }
        last = number;
    }

    void write(DataOutputView target) throws IOException {
        target.writeLong(first);
        target.writeLong(last);
    }

    static Progression read(DataInputView source) throws IOException {
        Progression progression = new Progression();
        progression.first = source.readLong();
        progression.last = source.readLong();
        return progression;
    }
}
