package perennial.jobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.schemas.EventFileWriter;
import perennial.schemas.EventFiles;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;

/** Files of events for tests: a small label stream, written out. */
public final class LabelEventsFile {

    /** Rows and columns of an image. */
    public static final int SIDE = 8;

    private LabelEventsFile() {}

    /** A stream called {@code s} of 8x8 images of 10 classes, random labels drawn anew at each reset. */
    public static LabelStreamSpec spec(int resets, int examplesPerTask) {
        return new LabelStreamSpec(
                "s",
                new Images.Synthetic(1, SIDE, SIDE, 10, 200, 0.3),
                new Change.RandomLabels(),
                11,
                resets,
                examplesPerTask,
                0);
    }

    /** Writes the whole stream to {@code file}, in the format that goes with its name. */
    public static Path write(LabelStreamSpec spec, Path file) throws IOException {
        LabelStream stream = LabelStream.open(spec);
        try (EventFileWriter writer = EventFiles.create(file, EventFiles.Format.of(file))) {
            while (stream.next()) {
                writer.write(event(stream));
            }
        }
        return file;
    }

    /** The stream's current record. */
    public static Event event(LabelStream stream) {
        Object body = stream.isReset()
                ? LabelReset.newBuilder()
                        .setTask(stream.task())
                        .setKind(LabelResetKind.LABELS_REDRAWN)
                        .build()
                : LabelledExample.newBuilder()
                        .setFeatures(ByteBuffer.wrap(stream.image().clone()))
                        .setLabel(stream.label())
                        .build();
        return Event.newBuilder()
                .setStream(stream.spec().stream())
                .setSequence(stream.sequence())
                .setBody(body)
                .build();
    }
}
