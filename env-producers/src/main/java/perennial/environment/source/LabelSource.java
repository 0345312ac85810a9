package perennial.environment.source;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.ResetKind;
import perennial.learning.event.Event;
import perennial.learning.event.EventSource;

/** A label stream beside its learner: the examples and label resets that the producer of the same spec publishes. */
public final class LabelSource implements EventSource {

    private static final String FORMAT = "label source";
    private static final int VERSION = 1;

    private final LabelStream stream;
    private final Event event = new Event();
    private long next;

    /** @param stream at its beginning; it has an end */
    public LabelSource(LabelStream stream) {
        if (stream.spec().length() == 0) {
            throw new IllegalArgumentException("a label stream beside its learner must have an end: stream="
                    + stream.spec().stream() + " resets=0");
        }
        this.stream = stream;
        event.stream = stream.spec().stream();
        event.resetKind = kind(stream.kind());
    }

    @Override
    public boolean isDone() {
        return next == stream.spec().length();
    }

    @Override
    public Event next() {
        stream.next();
        next = stream.sequence() + 1;
        event.sequence = stream.sequence();
        if (stream.isReset()) {
            event.kind = Event.Kind.LABEL_RESET;
            event.task = stream.task();
        } else {
            event.kind = Event.Kind.EXAMPLE;
            fillInput();
            fillLabel();
        }
        return event;
    }

    private void fillInput() {
        int size = stream.inputSize();
        if (stream.holdsFloats()) {
            System.arraycopy(stream.values(), 0, event.features.resizeFloats(size), 0, size);
        } else {
            System.arraycopy(stream.image(), 0, event.features.resizeBytes(size), 0, size);
        }
    }

    private void fillLabel() {
        if (stream.classes() > 0) {
            event.label = stream.label();
        } else {
            event.label = -1;
            event.target.resizeFloats(1)[0] = stream.target();
        }
    }

    private static Event.ResetKind kind(ResetKind kind) {
        return switch (kind) {
            case LABELS_REDRAWN -> Event.ResetKind.LABELS_REDRAWN;
            case CLASSES_PERMUTED -> Event.ResetKind.CLASSES_PERMUTED;
            case PIXELS_PERMUTED -> Event.ResetKind.PIXELS_PERMUTED;
            case OTHER -> Event.ResetKind.OTHER;
        };
    }

    @Override
    public byte[] save() {
        return new StateWriter(FORMAT, VERSION)
                .put(stream.spec().stream())
                .put(next)
                .finish();
    }

    @Override
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, FORMAT, VERSION);
        String savedStream = state.string();
        long savedNext = state.longInteger();
        state.finish();
        if (!savedStream.equals(stream.spec().stream())) {
            throw new IllegalArgumentException(
                    "the state must be of the same stream: stream=" + stream.spec().stream() + " saved=" + savedStream);
        }
        stream.seek(savedNext);
        next = savedNext;
    }

    @Override
    public void close() {
        // Its images are the garbage collector's.
    }
}
