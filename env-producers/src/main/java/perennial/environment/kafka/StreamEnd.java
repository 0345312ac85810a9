package perennial.environment.kafka;

import java.time.Duration;
import java.util.Arrays;
import perennial.environment.EnvironmentException;

/**
 * Finds the last record of a stream in its partition: backwards in growing steps, for it is near the end when the stream was
 * published lately, and then forwards until the stream is silent, for a producer that was killed may have had requests under
 * way.
 */
final class StreamEnd {

    private static final long FIRST_STEP = 1_000;
    private static final long STEP_GROWTH = 4;
    private static final long LAST_STEP = 1_000_000;
    private static final long LOOKS_PER_QUIET_TIME = 10;

    private final PartitionLog log;
    private final byte[] key;
    private final MonotonicClock clock;
    private byte[] newest;

    StreamEnd(PartitionLog log, byte[] key, MonotonicClock clock) {
        this.log = log;
        this.key = key;
        this.clock = clock;
    }

    /**
     * The bytes of the stream's last record, once it is the last for {@code quietTime}.
     *
     * @param patience how long a request of a killed producer may take: a record that comes later has a living sender
     * @return null if the stream has no record
     * @throws EnvironmentException if records of the stream keep coming
     */
    byte[] find(Duration quietTime, Duration patience) {
        long quietNanos = quietTime.toNanos();
        long end = log.end();
        byte[] last = searchBackwards(log.beginning(), end);
        long start = clock.nanoTime();
        long quietSince = start;
        while (clock.nanoTime() - quietSince < quietNanos) {
            clock.sleep(quietNanos / LOOKS_PER_QUIET_TIME);
            long newEnd = log.end();
            if (newEnd > end) {
                byte[] later = lastIn(end, newEnd);
                end = newEnd;
                if (later != null) {
                    last = later;
                    quietSince = clock.nanoTime();
                }
            }
            if (quietSince - start > patience.toNanos()) {
                throw new EnvironmentException("a stream has one producer at a time, and another one is writing it:"
                        + " records kept coming for seconds=" + (quietSince - start) / 1_000_000_000
                        + "; stop the other producer, or use another stream name");
            }
        }
        return last;
    }

    private byte[] searchBackwards(long beginning, long end) {
        long high = end;
        long step = FIRST_STEP;
        while (high > beginning) {
            long low = Math.max(beginning, high - step);
            byte[] last = lastIn(low, high);
            if (last != null) {
                return last;
            }
            high = low;
            step = Math.min(step * STEP_GROWTH, LAST_STEP);
        }
        return null;
    }

    private byte[] lastIn(long from, long to) {
        newest = null;
        log.read(from, to, (recordKey, value) -> {
            if (value != null && Arrays.equals(key, recordKey)) {
                newest = value;
            }
        });
        return newest;
    }
}
