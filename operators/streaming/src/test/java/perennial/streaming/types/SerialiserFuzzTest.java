package perennial.streaming.types;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;
import perennial.streaming.Mutations;
import perennial.streaming.assign.LearnerKeySerializer;
import perennial.streaming.assign.SequencePositionSerializer;
import perennial.streaming.feed.Ticket;
import perennial.streaming.feed.TicketSerializer;
import perennial.streaming.learn.ControlCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.Origin;
import perennial.streaming.learn.LearnerCheckpoint.SourceCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.learn.LearnerCheckpointSerializer;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

/** Damaged bytes of checkpoints and of what travels between operators: read or refused, never with much memory. */
class SerialiserFuzzTest {

    private static final int ROUNDS = 20_000;
    private static final long MOST_BYTES = 32L << 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Arguments> serialisers() {
        Event event = new Event();
        event.kind = Event.Kind.EXAMPLE;
        event.stream = "s";
        event.features.resizeFloats(3);
        Event bytes = new Event();
        bytes.kind = Event.Kind.TRANSITION;
        bytes.stream = "t";
        bytes.features.resizeBytes(5);
        return Stream.of(
                Arguments.of(new LearnerEventSerializer(), addressed(event)),
                Arguments.of(new LearnerEventSerializer(), addressed(bytes)),
                Arguments.of(
                        new RawRecordSerializer(),
                        new RawRecord(
                                new byte[] {1},
                                new byte[] {2, 3},
                                "topic",
                                1,
                                2,
                                List.of(new RawRecord.Header("h", new byte[] {4})))),
                Arguments.of(new TicketSerializer(), new Ticket(1, "learner", 2)),
                Arguments.of(
                        new LearnerCheckpointSerializer(),
                        new LearnerCheckpoint(
                                "learner",
                                "stream",
                                List.of(new TrainedThrough("stream", 0, 7)),
                                new LearnerState()
                                        .put("floats", new float[] {1, 2})
                                        .put("text", "t"),
                                new SourceCheckpoint(3, new byte[] {1, 2, 3}),
                                ControlCheckpoint.NONE,
                                new Origin(1, "hash", "version", "{}"))),
                Arguments.of(new LearnerKeySerializer(), new LearnerKeySerializer().createInstance()),
                Arguments.of(new SequencePositionSerializer(), new SequencePositionSerializer().createInstance()),
                Arguments.of(new DeadLetterSerializer(), letter()),
                Arguments.of(new RecordSerializer<>(DeadLetter.class), letter()));
    }

    private static DeadLetter letter() {
        return new DeadLetter(
                ByteBuffer.wrap(new byte[] {1}),
                null,
                List.of(new OriginalHeader("h", ByteBuffer.wrap(new byte[] {2}))),
                "t",
                0,
                1L,
                DeadLetterReason.OTHER,
                "error");
    }

    private static LearnerEvent addressed(Event event) {
        LearnerEvent addressed = new LearnerEvent(event);
        addressed.address(3, "learner");
        return addressed;
    }

    @ParameterizedTest
    @MethodSource("serialisers")
    <T> void shouldRefuseOrReadDamagedBytes(TypeSerializer<T> serialiser, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(value, out);
        byte[] bytes = out.getCopyOfBuffer();
        Random random = new Random(1);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] damaged = Mutations.of(bytes, random);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                serialiser.deserialize(new DataInputDeserializer(damaged));
            } catch (EOFException e) {
                // Says enough by its name.
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        }
    }

    @Test
    void shouldLoadNoClassThatIsNoRecord() throws IOException {
        Random random = new Random(2);
        DataOutputSerializer out = new DataOutputSerializer(64);
        new RecordSerializer<>(DeadLetter.class).snapshotConfiguration().writeSnapshot(out);
        byte[] bytes = out.getCopyOfBuffer();
        for (int i = 0; i < 1000; i++) {
            RecordSerializer.Snapshot<DeadLetter> snapshot = new RecordSerializer.Snapshot<>();
            try {
                snapshot.readSnapshot(
                        1,
                        new DataInputDeserializer(Mutations.of(bytes, random)),
                        getClass().getClassLoader());
            } catch (IOException e) {
                continue;
            }
            assertThat(snapshot.restoreSerializer()).isEqualTo(new RecordSerializer<>(DeadLetter.class));
        }
    }
}
