package perennial.streaming.assign;

import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import perennial.v1.DeadLetterReason;

/** How many records could not be used, as a counter {@code deadLetters} for each value of the label {@code reason}. */
public final class DeadLetterCounters {

    private final Map<DeadLetterReason, Counter> counters = new EnumMap<>(DeadLetterReason.class);

    /** All of them begin at 0, so that the first letter is seen to come. */
    public DeadLetterCounters(MetricGroup operator) {
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            counters.put(reason, operator.addGroup("reason", reason.name()).counter("deadLetters"));
        }
    }

    /** Counts a letter. */
    public void count(DeadLetterReason reason) {
        counters.get(reason).inc();
    }
}
