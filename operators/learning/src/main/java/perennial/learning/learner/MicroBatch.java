package perennial.learning.learner;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;

/**
 * The inputs that are gathered for one update, and where they came from. After the update they stay readable as the last batch
 * until the next example comes.
 */
final class MicroBatch {

    private final int capacity;
    private final int inputSize;
    private final float scale;
    private final float[] inputs;
    private final String[] streams;
    private final int[] actors;
    private final long[] sequences;
    private int pending;
    private int rows;

    MicroBatch(int capacity, TaskSpec task) {
        this.capacity = capacity;
        this.inputSize = task.inputSize();
        this.scale = (float) task.scale();
        this.inputs = new float[Math.multiplyExact(capacity, inputSize)];
        this.streams = new String[capacity];
        this.actors = new int[capacity];
        this.sequences = new long[capacity];
    }

    /** Takes over an example's input and origin, and returns its row. */
    int add(Event event) {
        int row = pending++;
        rows = pending;
        event.features.writeScaled(scale, inputs, row * inputSize);
        streams[row] = event.stream;
        actors[row] = event.actor;
        sequences[row] = event.sequence;
        return row;
    }

    boolean isFull() {
        return pending == capacity;
    }

    /** Rows gathered and not yet trained on. */
    int pending() {
        return pending;
    }

    /** Rows that {@link #writeTo} writes: those pending, or those of the last batch. */
    int rows() {
        return rows;
    }

    /** Copies the inputs to the engine. */
    void writeTo(Buffer buffer) {
        writeTo(buffer, rows);
    }

    /** Copies the inputs of the first {@code count} rows to the engine. */
    void writeTo(Buffer buffer, int count) {
        buffer.write(0, inputs, 0, count * inputSize);
    }

    String stream(int row) {
        return streams[row];
    }

    int actor(int row) {
        return actors[row];
    }

    long sequence(int row) {
        return sequences[row];
    }

    /** The update is made: nothing is pending any more. */
    void trained() {
        pending = 0;
    }

    /** Forgets the last batch too. */
    void clear() {
        pending = 0;
        rows = 0;
    }

    void save(LearnerState state) {
        state.put("batch.rows", new int[] {pending, rows})
                .put("batch.inputs", Arrays.copyOf(inputs, rows * inputSize))
                .put("batch.actors", Arrays.copyOf(actors, rows))
                .put("batch.sequences", Arrays.copyOf(sequences, rows));
        for (int row = 0; row < pending; row++) {
            state.put("batch.stream." + row, streams[row]);
        }
    }

    /** @throws IllegalArgumentException if the saved rows do not fit */
    void restore(LearnerState state) {
        int savedPending = state.ints("batch.rows")[0];
        int savedRows = state.ints("batch.rows")[1];
        if (savedPending >= capacity) {
            throw new IllegalArgumentException(
                    "the batch must be larger than the examples gathered when the state was saved: batch.size="
                            + capacity + " gathered=" + savedPending + "; keep the batch size of the saved learner");
        }
        if (state.floats("batch.inputs").length != (long) savedRows * inputSize) {
            throw new IllegalArgumentException("the state's inputs have another size than the task's: inputSize="
                    + inputSize + " rows=" + savedRows + " values=" + state.floats("batch.inputs").length);
        }
        pending = savedPending;
        rows = Math.min(savedRows, capacity);
        System.arraycopy(state.floats("batch.inputs"), 0, inputs, 0, rows * inputSize);
        System.arraycopy(state.ints("batch.actors"), 0, actors, 0, rows);
        System.arraycopy(state.longs("batch.sequences"), 0, sequences, 0, rows);
        for (int row = 0; row < pending; row++) {
            streams[row] = state.string("batch.stream." + row);
        }
    }
}
