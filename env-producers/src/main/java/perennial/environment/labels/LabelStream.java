package perennial.environment.labels;

import org.apache.commons.rng.sampling.ArraySampler;

/**
 * The records of a {@link LabelStreamSpec}, one after the other or from any place on. Equal specs and images give equal
 * streams.
 *
 * <p>Call {@link #next} and, when it returns true, read the current record: {@link #isReset} says which of the other methods
 * have a meaning. Example e of task t has sequence {@code t * (examplesPerTask + 1) + e}; the reset that closes task t comes
 * after its last example and announces task t + 1. Example e of task t is also example {@code g = t * examplesPerTask + e} of
 * the whole stream, and shows the image at place {@code g % count} of pass {@code g / count}: a pass goes on where a task ends.
 *
 * <p>Nothing is allocated from record to record, but a generator for every task and every pass. Not thread-safe.
 */
public final class LabelStream {

    private final LabelStreamSpec spec;
    private final ImageSet images;
    private final TaskContent content;
    private final String note;
    private final byte[] image;
    private final int[] order;

    private long nextSequence;
    private int contentTask;
    private long orderPass = -1;

    private long sequence = -1;
    private boolean reset;
    private int task;
    private int label;

    /**
     * A stream at its beginning.
     *
     * @param images the images that {@code spec} asks for, see {@link ImageSet#load}
     */
    public LabelStream(LabelStreamSpec spec, ImageSet images) {
        this.spec = spec;
        this.images = images;
        this.content = TaskContent.of(spec.change(), images, spec.seed());
        this.note = content.note();
        this.image = new byte[images.imageSize()];
        this.order = new int[images.count()];
    }

    /** A stream at its beginning, with the images that the spec names read or drawn. */
    public static LabelStream open(LabelStreamSpec spec) {
        return new LabelStream(spec, ImageSet.load(spec.images(), spec.seed()));
    }

    public LabelStreamSpec spec() {
        return spec;
    }

    public ImageSet images() {
        return images;
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
            show(currentTask * spec.examplesPerTask() + example);
        }
        sequence = nextSequence++;
        return true;
    }

    private void show(long example) {
        if (task != contentTask) {
            content.moveTo(task);
            contentTask = task;
        }
        long pass = example / order.length;
        if (pass != orderPass) {
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            ArraySampler.shuffle(Purpose.ORDER_OF_PASS.generator(spec.seed(), pass), order);
            orderPass = pass;
        }
        int shown = order[(int) (example % order.length)];
        label = content.label(shown);
        content.copyImage(shown, image);
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

    /** Pixels of an example, [channels, rows, columns]; always the same array, overwritten by {@link #next}. */
    public byte[] image() {
        return image;
    }

    /** Class of an example. */
    public int label() {
        return label;
    }

    /** What the resets of this stream change. */
    public ResetKind kind() {
        return content.kind();
    }

    /** What the resets of this stream change, in words. */
    public String note() {
        return note;
    }
}
