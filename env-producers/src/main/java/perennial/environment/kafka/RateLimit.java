package perennial.environment.kafka;

import java.util.function.BooleanSupplier;

/**
 * A limit on how often something happens, kept on average: what comes late is made up for, but no more than a second's
 * worth. Not thread-safe.
 */
final class RateLimit {

    private static final long LONGEST_SLEEP_NANOS = 100_000_000;
    private static final long MOST_LAG_NANOS = 1_000_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final MonotonicClock clock;
    private long start;
    private long count;

    /** @param perSecond how often; 0 for no limit */
    RateLimit(double perSecond, MonotonicClock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.start = clock.nanoTime();
    }

    /**
     * Waits until it may happen once more.
     *
     * @param stop ends the wait early
     * @return whether it may happen; false if stopped
     */
    boolean await(BooleanSupplier stop) {
        if (perSecond == 0) {
            return !stop.getAsBoolean();
        }
        long due = (long) (count * NANOS_PER_SECOND / perSecond);
        long elapsed = clock.nanoTime() - start;
        while (elapsed < due && !stop.getAsBoolean()) {
            clock.sleep(Math.min(due - elapsed, LONGEST_SLEEP_NANOS));
            elapsed = clock.nanoTime() - start;
        }
        if (elapsed - due > MOST_LAG_NANOS) {
            start += elapsed;
            count = 0;
        }
        count++;
        return !stop.getAsBoolean();
    }
}
