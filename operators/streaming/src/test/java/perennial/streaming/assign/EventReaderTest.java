package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.schemas.EventDecoder;
import perennial.schemas.RecordCodec;
import perennial.schemas.Schemas;
import perennial.schemas.UndecodableRecordException;
import perennial.streaming.CountingOutput;
import perennial.streaming.Records;
import perennial.streaming.Specs;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.LearnerEventSerializer;
import perennial.streaming.types.RawRecord;
import perennial.v1.EpisodeEnd;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

class EventReaderTest {

    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 20;

    private final RecordCodec codec = new RecordCodec();
    private final EventReader reader = new EventReader();
    private final Event read = new Event();

    /** After a change of the schema: change what the reader reads, then the fingerprint that it names. */
    @Test
    void shouldKnowTheSchemaAsItStands() {
        assertThat(Schemas.fingerprint(perennial.v1.Event.getClassSchema())).isEqualTo(EventReader.SCHEMA);
    }

    @Property(tries = 500)
    void shouldReadWhatTheDecoderReads(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            byte[] bytes = codec.encode(event(random));

            assertThat(reader.read(bytes, read)).isTrue();

            assertThat(text(read)).isEqualTo(text(decoded(bytes)));
        }
    }

    /** What it does not know it leaves to others; what it takes for an event is that very event. */
    @Property(tries = 500)
    void shouldNeverReadWhatTheDecoderReadsOtherwise(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int damages) {
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            byte[] whole = codec.encode(event(random));
            byte[] bytes = Arrays.copyOf(whole, whole.length + random.nextInt(3) - 1);
            for (int j = 0; j < damages; j++) {
                bytes[10 + random.nextInt(Math.min(40, bytes.length - 10))] = (byte) random.nextInt();
            }

            if (reader.read(bytes, read)) {
                assertThat(text(read)).isEqualTo(text(decoded(bytes)));
            } else if (reader.error().isPresent()) {
                assertThatThrownBy(() -> new EventDecoder().decode(bytes))
                        .as(reader.error().get())
                        .isInstanceOf(UndecodableRecordException.class);
            }
        }
    }

    @Property(tries = 200)
    void shouldSayThatARecordIsCutWhereverItIs(@ForAll long seed) {
        byte[] whole = codec.encode(event(new Random(seed)));
        for (int length = 10; length < whole.length; length++) {
            byte[] bytes = Arrays.copyOf(whole, length);

            assertThat(reader.read(bytes, read)).isFalse();

            assertThat(reader.error().orElseThrow())
                    .startsWith("a record must have all bytes that its schema and its lengths ask for:")
                    .contains("length=" + length + " at byte=");
            assertThatThrownBy(() -> new EventDecoder().decode(bytes)).isInstanceOf(UndecodableRecordException.class);
        }
    }

    @Test
    void shouldSayWhatIsMissing() {
        byte[] bytes = codec.encode(Records.episodeEnd("s", 0));

        assertThat(reader.read(Arrays.copyOf(bytes, bytes.length - 5), read)).isFalse();

        assertThat(reader.error())
                .hasValue("a record must have all bytes that its schema and its lengths ask for:"
                        + " schema=perennial.v1.Event length=" + (bytes.length - 5) + " at byte=17 needed=8 left="
                        + (bytes.length - 5 - 17));
    }

    @Test
    void shouldSayHowManyBytesAreLeft() {
        byte[] bytes = codec.encode(Records.reset("s", 0, 1));

        assertThat(reader.read(Arrays.copyOf(bytes, bytes.length + 3), read)).isFalse();

        assertThat(reader.error())
                .hasValue("a record must end with its last field: schema=perennial.v1.Event length="
                        + (bytes.length + 3) + " bytes left=3");
    }

    @Test
    void shouldLeaveOtherBytesToOthers() {
        byte[] otherSchema = codec.encode(Records.reset("s", 0, 1));
        otherSchema[2]++;

        for (byte[] bytes : List.of(new byte[0], "{}".getBytes(StandardCharsets.UTF_8), otherSchema)) {
            assertThat(reader.read(bytes, read)).isFalse();
            assertThat(reader.error()).isEmpty();
        }
    }

    @Test
    void shouldAllocateNothingForARecord() {
        byte[] pixels = new byte[784];
        for (perennial.v1.Event record : List.of(
                Records.byteExample("s", 0, 1, pixels),
                Records.example("s", 0, 1, new float[784]),
                Records.regression("s", 0, new float[3], new float[784]),
                Records.event("s", 0, new Transition(ByteBuffer.wrap(pixels), 1, 0.5f, false, false, 8L, null)),
                Records.transition("s", 0, new float[100]),
                Records.episodeEnd("s", 0),
                Records.reset("s", 0, 1))) {
            byte[] bytes = codec.encode(record);

            assertThat(reader.read(bytes, read)).isTrue();
            long least = leastAllocated(() -> reader.read(bytes, read));

            assertThat(least).as(record.getBody().getClass().getSimpleName()).isZero();
        }
    }

    /** From the record as the source has it to the event that leaves for a learner. */
    @Test
    void shouldAllocateNothingInTheOperator() throws Exception {
        LearnerSpec learner = Specs.learner("c", new TaskSpec.Classification(List.of(784), 3, 1), "*");
        CountingOutput<LearnerEvent> output = new CountingOutput<>();
        ProcessOperator<RawRecord, LearnerEvent> operator =
                new ProcessOperator<>(new DecodeAndAssign(List.of(learner), AssignHarness.MAX_RECORD_BYTES));
        OneInputStreamOperatorTestHarness<RawRecord, LearnerEvent> harness =
                new OneInputStreamOperatorTestHarness<>(operator, LearnerKeys.KEY_GROUPS, 1, 0);
        try {
            harness.setOutputCreator(serialiser -> output);
            harness.setup(new LearnerEventSerializer());
            harness.open();
            List<StreamRecord<RawRecord>> records = new ArrayList<>();
            for (int i = 0; i < WARM_UP + ROUNDS; i++) {
                records.add(new StreamRecord<>(Records.raw(Records.byteExample("s", i, 1, new byte[784]), i), 0));
            }
            Iterator<StreamRecord<RawRecord>> next = records.iterator();

            long least = leastAllocated(() -> {
                try {
                    operator.processElement(next.next());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });

            assertThat(least).isZero();
            assertThat(output.count()).isEqualTo(WARM_UP + ROUNDS);
        } finally {
            harness.close();
        }
    }

    /** The least of several rounds, since the JIT compiler's own doings may fall into one of them. */
    private static long leastAllocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            work.run();
        }
        threads.getCurrentThreadAllocatedBytes();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static Event decoded(byte[] bytes) {
        Event event = new Event();
        try {
            EventMapping.map(new EventDecoder().decode(bytes), event);
        } catch (UndecodableRecordException e) {
            throw new AssertionError("the reader took bytes for an event that the decoder refuses", e);
        }
        return event;
    }

    /** Everything that the event says and nothing that an earlier one said. */
    private static String text(Event event) {
        String place = event.kind + " " + event.stream + " " + event.actor + " " + event.sequence + " ";
        return place
                + switch (event.kind) {
                    case EXAMPLE -> event.features + " " + event.label + " " + event.target;
                    case LABEL_RESET -> event.task + " " + event.resetKind;
                    case TRANSITION ->
                        event.features + " " + event.action + " " + event.reward + " " + event.terminal + " "
                                + event.truncated + " " + event.episode + " "
                                + (event.hasNextObservation ? event.nextObservation : "");
                    case EPISODE_END -> event.episode + " " + event.episodeReturn + " " + event.episodeLength;
                };
    }

    private static perennial.v1.Event event(Random random) {
        Object body =
                switch (random.nextInt(4)) {
                    case 0 ->
                        new LabelledExample(values(random), random.nextBoolean() ? random.nextInt() : floats(random));
                    case 1 ->
                        new LabelReset(
                                random.nextInt(),
                                LabelResetKind.values()[random.nextInt(LabelResetKind.values().length)],
                                "n".repeat(random.nextInt(100)));
                    case 2 ->
                        new Transition(
                                values(random),
                                random.nextInt(),
                                random.nextFloat(),
                                random.nextBoolean(),
                                random.nextBoolean(),
                                (long) random.nextInt(),
                                random.nextBoolean() ? null : values(random));
                    default -> new EpisodeEnd((long) random.nextInt(), random.nextGaussian(), random.nextLong() >> 8);
                };
        String stream = random.nextInt(3) == 0 ? "" : "strömung-" + random.nextInt(2);
        return new perennial.v1.Event(
                stream, random.nextLong() >> random.nextInt(1, 64), random.nextInt(), 12345L, body);
    }

    private static Object values(Random random) {
        if (random.nextBoolean()) {
            return floats(random);
        }
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static List<Float> floats(Random random) {
        float[] floats = new float[random.nextInt(100)];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt());
        }
        return Records.list(floats);
    }
}
