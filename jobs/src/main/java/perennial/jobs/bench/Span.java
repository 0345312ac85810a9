package perennial.jobs.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The stretch of a learner's work that is measured: from one number of updates to another. Written by the learner's thread; read by others
 * once it is {@link #done}.
 */
final class Span {

    private final long from;
    private final long to;
    private final long broker;
    private final CompletableFuture<Clocks> done = new CompletableFuture<>();
    private final List<Pause> pauses = new ArrayList<>();

    /** When each update from {@link #from} on was made. */
    private final long[] times;

    private Clocks start;

    /**
     * A pause that a checkpoint made, in nanoseconds.
     *
     * @param since when the event before was over
     * @param learning from then to the beginning of the next
     * @param state what the learner's state took of it, by the clock
     * @param stateThread the same in processor time
     */
    record Pause(long since, long learning, long state, long stateThread) {}

    /**
     * @param from updates after which it begins
     * @param to updates after which it ends
     * @param broker process id of the broker; 0 for none
     */
    Span(long from, long to, long broker) {
        if (from >= to) {
            throw new IllegalArgumentException("a span must have an update: from=" + from + " to=" + to);
        }
        this.from = from;
        this.to = to;
        this.broker = broker;
        this.times = new long[Math.toIntExact(to - from) + 1];
    }

    long updates() {
        return to - from;
    }

    /** The learner has made so many updates. */
    void reached(long updates) {
        if (updates >= from && updates <= to) {
            times[(int) (updates - from)] = System.nanoTime();
        }
        if (start == null) {
            if (updates >= from) {
                start = Clocks.now(broker);
            }
        } else if (updates >= to && !done.isDone()) {
            done.complete(Clocks.now(broker).minus(start));
        }
    }

    void paused(Pause pause) {
        if (start != null && !done.isDone()) {
            pauses.add(pause);
        }
    }

    /** What it took, in the end. */
    CompletableFuture<Clocks> done() {
        return done;
    }

    /** The pauses within it, in order. */
    List<Pause> pauses() {
        return List.copyOf(pauses);
    }

    /**
     * What checkpoints cost, once the span is done: by how much longer the updates took that were made in a time from each pause on than as
     * many of those before and behind, in nanoseconds. Pauses too near to another or to the span's ends are left out.
     *
     * @param nanos that time
     */
    List<Long> lost(long nanos) {
        List<Long> lost = new ArrayList<>();
        for (Pause pause : pauses) {
            int before = lastAt(pause.since - nanos);
            int begin = lastAt(pause.since);
            int end = lastAt(pause.since + nanos);
            int behind = lastAt(pause.since + 2 * nanos);
            boolean isAlone = pauses.stream()
                    .allMatch(other -> other == pause || Math.abs(other.since - pause.since) > 2 * nanos);
            if (isAlone && before >= 0 && before < begin && end < behind && behind < times.length - 1) {
                double undisturbed = (double) (times[begin] - times[before] + times[behind] - times[end])
                        / (begin - before + behind - end);
                lost.add(Math.round(times[end] - times[begin] - undisturbed * (end - begin)));
            }
        }
        return lost;
    }

    /** The last update made by that time; -1 for none. */
    private int lastAt(long time) {
        int place = Arrays.binarySearch(times, time);
        return place >= 0 ? place : -place - 2;
    }
}
