package perennial.jobs.sweep;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Estimates how long work will take that goes on as fast as it has so far. The time before the first sample does not count, nor does work
 * done before it, such as by a run that was interrupted. Not thread-safe.
 */
final class RemainingTime {

    private final long total;
    private boolean started;
    private long startNanos;
    private long startDone;
    private long nanos;
    private long done;

    /** @param total all of the work, in any unit */
    RemainingTime(long total) {
        this.total = total;
    }

    /**
     * Takes note of how far the work is.
     *
     * @param atNanos reading of a clock that only runs forward
     * @param workDone what is done of the work
     */
    void sample(long atNanos, long workDone) {
        if (!started || workDone < startDone) {
            // Work that was lost and is done again is not slow work.
            started = true;
            startNanos = atNanos;
            startDone = workDone;
        }
        nanos = atNanos;
        done = workDone;
    }

    /** What is left, or empty where nothing has been done yet that it could be told from. */
    Optional<Duration> left() {
        if (done <= startDone || nanos <= startNanos) {
            return Optional.empty();
        }
        double nanosPerUnit = (double) (nanos - startNanos) / (done - startDone);
        return Optional.of(Duration.ofNanos((long) (nanosPerUnit * Math.max(0, total - done))));
    }

    /** {@link #left} as one says it: {@code 40 s}, {@code 12 min}, {@code 3.5 h}; {@code unknown} where it is. */
    String inWords() {
        return left().map(RemainingTime::inWords).orElse("unknown");
    }

    private static String inWords(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 100) {
            return seconds + " s";
        }
        return seconds < 100 * 60
                ? Math.round(seconds / 60.0) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
    }
}
