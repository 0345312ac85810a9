package perennial.streaming.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;

class LearnerEventSerializerTest {

    private final LearnerEventSerializer serialiser = new LearnerEventSerializer();

    @Test
    void shouldBringAnExampleOfBytesAcross() throws Exception {
        LearnerEvent example = example();
        byte[] bytes = example.event().features.resizeBytes(3);
        bytes[0] = 1;
        bytes[2] = (byte) 255;

        LearnerEvent read = across(example);

        assertThat(read.key()).isEqualTo(1000);
        assertThat(read.learner()).isEqualTo("nap");
        assertThat(read.event().kind).isEqualTo(Event.Kind.EXAMPLE);
        assertThat(read.event().stream).isEqualTo("größe");
        assertThat(read.event().actor).isEqualTo(2);
        assertThat(read.event().sequence).isEqualTo(1L << 40);
        assertThat(read.event().label).isEqualTo(9);
        assertThat(read.event().features).isEqualTo(example.event().features);
        assertThat(read.event().target.length()).isZero();
    }

    @Test
    void shouldBringFloatsAcrossBitForBitBeyondOneChunk() throws Exception {
        LearnerEvent example = example();
        float[] floats = example.event().features.resizeFloats(5000);
        for (int i = 0; i < floats.length; i++) {
            floats[i] = i * 0.37f;
        }
        floats[0] = Float.intBitsToFloat(0x7fc00123);
        example.event().target.resizeFloats(2)[1] = -1.5f;

        LearnerEvent read = across(example);

        assertThat(read.event().features.length()).isEqualTo(5000);
        assertThat(Float.floatToRawIntBits(read.event().features.floats()[0])).isEqualTo(0x7fc00123);
        assertThat(Arrays.copyOfRange(read.event().features.floats(), 1, 5000))
                .containsExactly(Arrays.copyOfRange(floats, 1, 5000));
        assertThat(read.event().target).isEqualTo(example.event().target);
    }

    @Test
    void shouldBringALabelResetAcross() throws Exception {
        LearnerEvent reset = example();
        reset.event().kind = Event.Kind.LABEL_RESET;
        reset.event().task = 12;
        for (Event.ResetKind kind : Event.ResetKind.values()) {
            reset.event().resetKind = kind;

            Event read = across(reset).event();

            assertThat(read.kind).isEqualTo(Event.Kind.LABEL_RESET);
            assertThat(read.task).isEqualTo(12);
            assertThat(read.resetKind).isEqualTo(kind);
        }
    }

    @Test
    void shouldBringATransitionAcross() throws Exception {
        LearnerEvent transition = example();
        Event event = transition.event();
        event.kind = Event.Kind.TRANSITION;
        event.features.resizeBytes(2)[1] = 7;
        event.action = 3;
        event.reward = -0.5f;
        event.terminal = true;
        event.truncated = true;
        event.episode = 77;
        event.hasNextObservation = true;
        event.nextObservation.resizeFloats(2)[0] = 2.5f;

        Event read = across(transition).event();

        assertThat(read.features).isEqualTo(event.features);
        assertThat(read.action).isEqualTo(3);
        assertThat(read.reward).isEqualTo(-0.5f);
        assertThat(read.terminal).isTrue();
        assertThat(read.truncated).isTrue();
        assertThat(read.episode).isEqualTo(77);
        assertThat(read.hasNextObservation).isTrue();
        assertThat(read.nextObservation).isEqualTo(event.nextObservation);

        event.hasNextObservation = false;
        assertThat(across(transition).event().hasNextObservation).isFalse();
    }

    @Test
    void shouldBringAnEpisodesEndAcross() throws Exception {
        LearnerEvent end = example();
        end.event().kind = Event.Kind.EPISODE_END;
        end.event().episode = 5;
        end.event().episodeReturn = 12.25;
        end.event().episodeLength = 400;

        Event read = across(end).event();

        assertThat(read.kind).isEqualTo(Event.Kind.EPISODE_END);
        assertThat(read.episode).isEqualTo(5);
        assertThat(read.episodeReturn).isEqualTo(12.25);
        assertThat(read.episodeLength).isEqualTo(400);
    }

    @Test
    void shouldFillTheSameObjectsAgain() throws Exception {
        LearnerEvent example = example();
        example.event().features.resizeFloats(6);
        LearnerEvent first = across(example);
        float[] floats = first.event().features.floats();
        String stream = first.event().stream;
        String learner = first.learner();
        Integer key = first.key();

        LearnerEvent second = across(example);

        assertThat(second).isSameAs(first);
        assertThat(second.event().features.floats()).isSameAs(floats);
        assertThat(second.event().stream).isSameAs(stream);
        assertThat(second.learner()).isSameAs(learner);
        assertThat(second.key()).isSameAs(key);
    }

    @Test
    void shouldTellNamesApartThatShareASlot() throws Exception {
        for (int i = 0; i < 2000; i++) {
            LearnerEvent example = example();
            example.address(i * 7, "learner-" + i);
            example.event().stream = "stream-" + i;

            LearnerEvent read = across(example);

            assertThat(read.key()).isEqualTo(i * 7);
            assertThat(read.learner()).isEqualTo("learner-" + i);
            assertThat(read.event().stream).isEqualTo("stream-" + i);
        }
    }

    @Test
    void shouldCopyIntoAnInstanceOfTheCallersOwn() {
        LearnerEvent example = example();
        example.event().features.resizeFloats(1)[0] = 1;

        LearnerEvent copy = serialiser.copy(example);
        example.event().features.floats()[0] = 2;
        example.address(1, "other");

        assertThat(copy.event().features.floats()[0]).isEqualTo(1);
        assertThat(copy.learner()).isEqualTo("nap");
        assertThat(copy.key()).isEqualTo(1000);
    }

    @Test
    void shouldCopyBytesToBytes() throws Exception {
        DataOutputSerializer written = new DataOutputSerializer(64);
        serialiser.serialize(example(), written);
        DataOutputSerializer copied = new DataOutputSerializer(64);

        serialiser.copy(new DataInputDeserializer(written.getCopyOfBuffer()), copied);

        assertThat(copied.getCopyOfBuffer()).isEqualTo(written.getCopyOfBuffer());
    }

    @Test
    void shouldWorkAfterTravellingWithAJobGraph() throws Exception {
        LearnerEventSerializer travelled = InstantiationUtil.clone(serialiser);
        DataOutputSerializer out = new DataOutputSerializer(64);

        travelled.serialize(example(), out);

        assertThat(travelled
                        .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()))
                        .learner())
                .isEqualTo("nap");
        assertThat(travelled.duplicate()).isNotSameAs(travelled).isEqualTo(serialiser);
    }

    private LearnerEvent across(LearnerEvent event) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(event, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        LearnerEvent read = serialiser.deserialize(in);
        assertThat(in.available()).isZero();
        return read;
    }

    private static LearnerEvent example() {
        LearnerEvent example = new LearnerEvent();
        example.address(1000, "nap");
        example.event().kind = Event.Kind.EXAMPLE;
        example.event().stream = "größe";
        example.event().actor = 2;
        example.event().sequence = 1L << 40;
        example.event().label = 9;
        return example;
    }
}
