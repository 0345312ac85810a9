package perennial.environment.labels;

import perennial.environment.labels.LabelStreamSpec.Pixels;

/**
 * The records of a {@link LabelStreamSpec}, one after the other or from any place on. Equal specs and images give equal
 * streams.
 *
 * <p>Call {@link #next} and, when it returns true, read the current record: {@link #isReset} says which of the other methods
 * have a meaning. Example e of task t has sequence {@code t * (examplesPerTask + 1) + e}; the reset that closes task t comes
 * after its last example and announces task t + 1.
 *
 * <p>Nothing is allocated from record to record, but a generator for every task and every pass. Not thread-safe.
 */
public final class LabelStream {

    /** What {@link Pixels#CENTRED} makes of each byte. */
    private static final float[] CENTRED = centred();

    private final LabelStreamSpec spec;
    private final Examples examples;
    private final String note;
    private final byte[] image;
    private final float[] values;

    private long nextSequence;

    private long sequence = -1;
    private boolean reset;
    private int task;

    /**
     * A stream at its beginning.
     *
     * @param images the images that {@code spec} asks for, see {@link ImageSet#load}
     * @throws perennial.environment.EnvironmentException if they are too few for the tasks of the stream
     */
    public LabelStream(LabelStreamSpec spec, ImageSet images) {
        this(spec, Examples.of(spec, images));
    }

    private LabelStream(LabelStreamSpec spec, Examples examples) {
        this.spec = spec;
        this.examples = examples;
        this.note = examples.note();
        this.image = new byte[examples.inputSize()];
        this.values = new float[spec.pixels() == Pixels.CENTRED ? examples.inputSize() : 0];
    }

    /** A stream at its beginning, with the images that the spec names read or drawn. */
    public static LabelStream open(LabelStreamSpec spec) {
        return new LabelStream(spec, Examples.load(spec));
    }

    public LabelStreamSpec spec() {
        return spec;
    }

    /** Number of values of an input. */
    public int inputSize() {
        return examples.inputSize();
    }

    /** Number of classes, every label being less; 0 where examples have a {@link #target} instead. */
    public int classes() {
        return examples.classes();
    }

    /**
     * Makes the record at {@code sequence} the next one. Costs one pass over the order of the images and, where changes build
     * on each other, the changes of the tasks before; no record is generated.
     *
     * @param sequence from 0 to the length of the stream; at its length, nothing is left
     */
    public void seek(long sequence) {
        if (sequence < 0 || (spec.length() > 0 && sequence > spec.length())) {
            throw new IllegalArgumentException(
                    "a place must lie in the stream: sequence=" + sequence + " length=" + spec.length());
        }
        nextSequence = sequence;
    }

    /**
     * Moves to the next record.
     *
     * @return whether there is one
     */
    public boolean next() {
        if (nextSequence == spec.length() && nextSequence > 0) {
            return false;
        }
        long period = spec.examplesPerTask() + 1;
        long currentTask = nextSequence / period;
        long example = nextSequence % period;
        reset = example == spec.examplesPerTask();
        task = Math.toIntExact(reset ? currentTask + 1 : currentTask);
        if (!reset) {
            examples.show(task, example, image);
            centre();
        }
        sequence = nextSequence++;
        return true;
    }

    private void centre() {
        for (int i = 0; i < values.length; i++) {
            values[i] = CENTRED[image[i] & 0xff];
        }
    }

    /** Place of the current record, counted from 0. */
    public long sequence() {
        return sequence;
    }

    /** Whether the current record is a label reset; otherwise it is an example. */
    public boolean isReset() {
        return reset;
    }

    /** The task that an example belongs to, or that a reset begins. */
    public int task() {
        return task;
    }

    /** Whether an example is to be published as {@link #values} rather than as {@link #image}. */
    public boolean holdsFloats() {
        return spec.pixels() == Pixels.CENTRED;
    }

    /** The input of an example, images as [channels, rows, columns]; always the same array, overwritten by {@link #next}. */
    public byte[] image() {
        return image;
    }

    /** The same as floats, empty unless {@link #holdsFloats}; always the same array, overwritten by {@link #next}. */
    public float[] values() {
        return values;
    }

    /** Class of an example of a stream that has {@link #classes}. */
    public int label() {
        return examples.label();
    }

    /** Target value of an example of a stream that has no classes. */
    public float target() {
        return examples.target();
    }

    /** What the resets of this stream change. */
    public ResetKind kind() {
        return examples.kind();
    }

    /** What the resets of this stream change, in words. */
    public String note() {
        return note;
    }

    private static float[] centred() {
        float[] centred = new float[256];
        for (int i = 0; i < centred.length; i++) {
            centred[i] = (float) ((i / 255.0 - 0.5) / 0.5);
        }
        return centred;
    }
}
