package perennial.learning.learner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import perennial.learning.engine.Buffer;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;
import perennial.learning.state.RunningValuesList;

/**
 * The last few copies of what training changes. They lie on the heap and are never written to again, so that a checkpoint shares
 * them with the learner. Not thread-safe.
 */
final class Snapshots {

    private static final String STATE = "snapshots";
    private static final String RUNNING = "runningValues";

    /**
     * @param update updates made when it was taken
     * @param steps the optimiser's steps
     * @param values a copy of each buffer
     * @param running the running values
     */
    private record Snapshot(long update, long steps, float[][] values, double[] running) {}

    private final int keep;
    private final List<String> names = new ArrayList<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final RunningValuesList running = new RunningValuesList();
    private final ArrayDeque<Snapshot> kept = new ArrayDeque<>();

    Snapshots(int keep) {
        this.keep = keep;
    }

    /** From now on copies have this too. All is said before the first copy is taken. */
    void include(String name, Buffer buffer) {
        names.add(name);
        buffers.add(buffer);
    }

    /** From now on copies have these too. */
    void include(RunningValues values) {
        running.add(values);
    }

    /** Takes a copy; one of the same update is replaced. */
    void take(long update, long steps) {
        if (!kept.isEmpty() && kept.getLast().update() == update) {
            kept.removeLast();
        }
        if (kept.size() == keep) {
            kept.removeFirst();
        }
        float[][] values = new float[buffers.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffers.get(i).toArray();
        }
        double[] runningCopy = new double[running.runningValues()];
        running.writeRunningValues(runningCopy, 0);
        kept.addLast(new Snapshot(update, steps, values, runningCopy));
    }

    /** The update of the newest copy that is of {@code limit} or before; -1 where there is none. */
    long newestAt(long limit) {
        long newest = -1;
        for (Snapshot snapshot : kept) {
            if (snapshot.update() <= limit) {
                newest = snapshot.update();
            }
        }
        return newest;
    }

    /**
     * Goes back to the copy of that update, and forgets those that came after it.
     *
     * @return the optimiser's steps
     */
    long goBack(long update) {
        while (kept.getLast().update() != update) {
            kept.removeLast();
        }
        Snapshot snapshot = kept.getLast();
        for (int i = 0; i < snapshot.values().length; i++) {
            buffers.get(i).set(snapshot.values()[i]);
        }
        running.readRunningValues(snapshot.running(), 0);
        return snapshot.steps();
    }

    /** The updates of the copies, for a sentence. */
    String list() {
        return kept.stream().map(snapshot -> Long.toString(snapshot.update())).collect(Collectors.joining(", "));
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Puts nothing where there are none, as before there were any. */
    void save(LearnerState state) {
        if (kept.isEmpty()) {
            return;
        }
        long[] counts = new long[2 * kept.size()];
        int place = 0;
        for (Snapshot snapshot : kept) {
            for (int i = 0; i < snapshot.values().length; i++) {
                state.put(entry(place, names.get(i)), snapshot.values()[i]);
            }
            // The state of a learner that has none of them needs no entry.
            if (snapshot.running().length > 0) {
                state.put(entry(place, RUNNING), snapshot.running());
            }
            counts[2 * place] = snapshot.update();
            counts[2 * place + 1] = snapshot.steps();
            place++;
        }
        state.put(STATE, counts);
    }

    /** Goes on from what {@link #save} put, with the newest where fewer are kept now. */
    void restore(LearnerState state) {
        kept.clear();
        if (!state.has(STATE)) {
            return;
        }
        long[] counts = state.longs(STATE);
        int saved = counts.length / 2;
        for (int place = Math.max(0, saved - keep); place < saved; place++) {
            float[][] values = new float[buffers.size()][];
            for (int i = 0; i < values.length; i++) {
                values[i] = state.floats(entry(place, names.get(i)));
            }
            int size = running.runningValues();
            double[] runningCopy = size == 0 ? new double[0] : state.doubles(entry(place, RUNNING));
            if (runningCopy.length != size) {
                throw new IllegalArgumentException(
                        "a saved snapshot must have the running values of its learner: update=" + counts[2 * place]
                                + " saved=" + runningCopy.length + " needed=" + size
                                + "; restore it with the release that wrote it");
            }
            kept.addLast(new Snapshot(counts[2 * place], counts[2 * place + 1], values, runningCopy));
        }
    }

    private static String entry(int place, String name) {
        return STATE + "." + place + "." + name;
    }
}
