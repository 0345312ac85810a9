package perennial.environment.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.environment.labels.LabelStreamSpec.Pixels;
import perennial.learning.event.Event;

class LabelSourceTest {

    private static LabelStream stream(String name, long resets) {
        return LabelStream.open(new LabelStreamSpec(
                name, new Images.Synthetic(1, 3, 3, 4, 10, 0.5), new Change.PixelPermutation(true), 5, resets, 7, 0));
    }

    @Test
    void shouldMakeTheRecordsOfTheStreamWhereverItIsStopped() {
        LabelSource source = new LabelSource(stream("s", 3));
        for (int stop = 0; !source.isDone(); stop++) {
            LabelSource restored = new LabelSource(stream("s", 3));
            LabelStream expected = stream("s", 3);
            for (int i = 0; i < stop; i++) {
                expected.next();
            }

            restored.restore(source.save());

            while (!restored.isDone()) {
                assertNext(restored, expected);
            }
            assertThat(expected.next()).as("after record %d", stop).isFalse();
            source.next();
        }
    }

    @Test
    void shouldHandOverTargetValues() {
        LabelStreamSpec spec =
                new LabelStreamSpec("s", new Images.Bits(6, 3, 10, 0.7), new Change.SlowBits(false), 5, 2, 7, 0);
        LabelSource source = new LabelSource(LabelStream.open(spec));
        LabelStream expected = LabelStream.open(spec);

        while (expected.next()) {
            Event event = source.next();
            if (expected.isReset()) {
                assertThat(event.resetKind).isEqualTo(Event.ResetKind.OTHER);
            } else {
                assertThat(event.label).isEqualTo(-1);
                assertThat(event.target.length()).isOne();
                assertThat(event.target.floats()[0]).isEqualTo(expected.target());
                assertThat(Arrays.copyOf(event.features.bytes(), event.features.length()))
                        .isEqualTo(expected.image());
            }
        }
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void shouldHandOverCentredPixelsAsFloats() {
        LabelStreamSpec spec = new LabelStreamSpec(
                "s", new Images.Synthetic(1, 3, 3, 4, 10, 0.5), Pixels.CENTRED, new Change.RandomLabels(), 5, 1, 7, 0);
        LabelSource source = new LabelSource(LabelStream.open(spec));
        LabelStream expected = LabelStream.open(spec);
        expected.next();

        Event event = source.next();

        assertThat(event.features.isBytes()).isFalse();
        assertThat(Arrays.copyOf(event.features.floats(), event.features.length()))
                .isEqualTo(expected.values());
        assertThat(event.label).isEqualTo(expected.label());
    }

    private static void assertNext(LabelSource source, LabelStream expected) {
        assertThat(expected.next()).isTrue();
        Event event = source.next();
        assertThat(event.stream).isEqualTo("s");
        assertThat(event.actor).isZero();
        assertThat(event.sequence).isEqualTo(expected.sequence());
        if (expected.isReset()) {
            assertThat(event.kind).isEqualTo(Event.Kind.LABEL_RESET);
            assertThat(event.task).isEqualTo(expected.task());
            assertThat(event.resetKind).isEqualTo(Event.ResetKind.PIXELS_PERMUTED);
        } else {
            assertThat(event.kind).isEqualTo(Event.Kind.EXAMPLE);
            assertThat(event.label).isEqualTo(expected.label());
            assertThat(event.target.length()).isZero();
            assertThat(event.features.isBytes()).isTrue();
            assertThat(Arrays.copyOf(event.features.bytes(), event.features.length()))
                    .isEqualTo(expected.image());
        }
    }

    @Test
    void shouldRefuseAStreamWithoutEndAndAStateOfAnother() {
        assertThatThrownBy(() -> new LabelSource(stream("s", 0)))
                .hasMessage("a label stream beside its learner must have an end: stream=s resets=0");
        byte[] saved = new LabelSource(stream("t", 3)).save();
        assertThatThrownBy(() -> new LabelSource(stream("s", 3)).restore(saved))
                .hasMessageContaining("stream=s saved=t");
    }
}
