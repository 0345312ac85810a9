package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Pixels;
import perennial.environment.labels.Specs;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;

class PublicationTest {

    private static final TopicPartition PARTITION = new TopicPartition("events", 3);
    private static final BooleanSupplier NEVER = () -> false;

    private final ScriptedClock clock = new ScriptedClock();
    private final List<Progress> reports = new ArrayList<>();

    @Provide
    Arbitrary<Change> anyChange() {
        return Arbitraries.of(Specs.CHANGES);
    }

    @Test
    void shouldPublishEveryRecordInOrderUnderTheNameOfTheStream() throws Exception {
        LabelStreamSpec spec = Specs.small(new Change.PixelPermutation(false));
        MockProducer<byte[], byte[]> producer = producer(true);

        Outcome outcome = publication(LabelStream.open(spec), producer).publishFrom(0, NEVER);

        assertThat(outcome).isEqualTo(new Outcome(0, spec.length(), true));
        assertThat(producer.history()).hasSize((int) spec.length());
        LabelStream expected = LabelStream.open(spec);
        RecordCodec codec = new RecordCodec();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            expected.next();
            Event event = codec.decodeEvent(record.value());
            assertThat(record.topic()).isEqualTo("events");
            assertThat(record.partition()).isEqualTo(3);
            assertThat(record.key()).isEqualTo("small".getBytes(StandardCharsets.UTF_8));
            assertThat(event.getStream()).isEqualTo("small");
            assertThat(event.getSequence()).isEqualTo(expected.sequence());
            assertThat(event.getActor()).isZero();
            assertThat(event.getEventTime()).isZero();
            if (expected.isReset()) {
                LabelReset reset = (LabelReset) event.getBody();
                assertThat(reset.getTask()).isEqualTo(expected.task());
                assertThat(reset.getKind()).isEqualTo(LabelResetKind.PIXELS_PERMUTED);
                assertThat(reset.getNote()).isEqualTo(expected.note());
            } else {
                LabelledExample example = (LabelledExample) event.getBody();
                assertThat(example.getLabel()).isEqualTo(expected.label());
                assertThat(example.getFeatures()).isEqualTo(ByteBuffer.wrap(expected.image()));
            }
        }
    }

    @Test
    void shouldPublishTargetValuesWhereThereAreNoClasses() throws Exception {
        LabelStreamSpec spec = Specs.small(new Change.SlowBits(false));
        LabelStream expected = LabelStream.open(spec);
        RecordCodec codec = new RecordCodec();

        for (byte[] value : values(LabelStream.open(spec), 0)) {
            expected.next();
            Event event = codec.decodeEvent(value);
            if (expected.isReset()) {
                assertThat(((LabelReset) event.getBody()).getKind()).isEqualTo(LabelResetKind.OTHER);
            } else {
                LabelledExample example = (LabelledExample) event.getBody();
                assertThat(example.getLabel()).isEqualTo(List.of(expected.target()));
                assertThat(example.getFeatures()).isEqualTo(ByteBuffer.wrap(expected.image()));
            }
        }
    }

    @Test
    void shouldPublishCentredPixelsAsFloatsAndGoOnAmongThem() throws Exception {
        LabelStreamSpec small = Specs.small(new Change.PixelPermutation(false));
        LabelStreamSpec spec = new LabelStreamSpec(
                "small",
                small.images(),
                Pixels.CENTRED,
                small.change(),
                small.seed(),
                small.resets(),
                small.examplesPerTask(),
                0);
        LabelStream expected = LabelStream.open(spec);
        RecordCodec codec = new RecordCodec();
        List<byte[]> values = values(LabelStream.open(spec), 0);

        for (byte[] value : values) {
            expected.next();
            if (codec.decodeEvent(value).getBody() instanceof LabelledExample example) {
                List<Float> pixels = new ArrayList<>();
                for (float pixel : expected.values()) {
                    pixels.add(pixel);
                }
                assertThat(example.getFeatures()).isEqualTo(pixels);
            }
        }
        assertThat(resume(spec, values.get(40))).isEqualTo(41);
    }

    @Property(tries = 60)
    void shouldGoOnAfterAnyRecordAsIfItHadNeverStopped(
            @ForAll("anyChange") Change change, @ForAll @IntRange(max = 108) int kill, @ForAll boolean others)
            throws Exception {
        LabelStreamSpec spec = Specs.small(change);
        List<byte[]> undisturbed = values(LabelStream.open(spec), 0);
        ListLog log = new ListLog();
        for (int i = 0; i < kill; i++) {
            log.append("small", undisturbed.get(i));
            if (others) {
                log.append("another", undisturbed.get(i));
            }
        }

        LabelStream stream = LabelStream.open(spec);
        byte[] last = new StreamEnd(log, key(), clock).find(Duration.ofMillis(100), Duration.ofSeconds(1));
        long sequence = ResumePoint.after(stream, new LabelEvents(stream), last);
        List<byte[]> rest = values(stream, sequence);

        assertThat(sequence).isEqualTo(kill);
        assertThat(rest)
                .map(ByteBuffer::wrap)
                .isEqualTo(undisturbed.subList(kill, undisturbed.size()).stream()
                        .map(ByteBuffer::wrap)
                        .toList());
    }

    /** The trouble may come between two looks at it, so that the next record meets a closed client. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void shouldSendNothingAfterARecordThatWasNotTaken(int troubleAt) {
        LabelStream stream = LabelStream.open(Specs.small(new Change.RandomLabels()));
        MockProducer<byte[], byte[]> producer = producer(false);
        RecordTooLargeException trouble = new RecordTooLargeException("too large");
        int[] asked = {0};
        BooleanSupplier stop = () -> {
            // Asked twice for every example.
            if (++asked[0] == troubleAt) {
                producer.completeNext();
                producer.completeNext();
                producer.errorNext(trouble);
            }
            return false;
        };

        assertThatThrownBy(() -> publication(stream, producer).publishFrom(0, stop))
                .isInstanceOf(PublicationException.class)
                .hasCause(trouble);

        assertThat(producer.closed()).isTrue();
        assertThat(producer.history()).hasSize(3);
    }

    @Test
    void shouldFlushAndReturnWhenStopped() throws Exception {
        LabelStream stream = LabelStream.open(Specs.small(new Change.RandomLabels()));
        MockProducer<byte[], byte[]> producer = producer(false);

        Outcome outcome = publication(stream, producer)
                .publishFrom(4, () -> producer.history().size() == 9);

        assertThat(producer.flushed()).isTrue();
        assertThat(outcome).isEqualTo(new Outcome(4, 13, false));
    }

    @Test
    void shouldKeepToTheRateAndReportProgress() throws Exception {
        LabelStreamSpec small = Specs.small(new Change.RandomLabels());
        LabelStreamSpec spec = new LabelStreamSpec(
                small.stream(), small.images(), small.change(), small.seed(), small.resets(), 10, 20);
        long start = clock.nanoTime();

        publication(LabelStream.open(spec), producer(true)).publishFrom(0, NEVER);

        // 60 examples at 20 a second, the first at once; resets are not counted.
        assertThat(clock.nanoTime() - start).isEqualTo(59 * 50_000_000L);
        assertThat(reports).hasSize(3).last().satisfies(last -> {
            assertThat(last.published()).isEqualTo(66);
            assertThat(last.total()).isEqualTo(66);
        });
        assertThat(reports.get(0).published()).isEqualTo(23);
        assertThat(reports.get(0).recordsPerSecond()).isEqualTo(23.0);
    }

    @Test
    void shouldRefuseToGoOnWithAnotherStreamOfTheSameName() {
        LabelStreamSpec spec = Specs.small(new Change.RandomLabels());
        LabelStream other = LabelStream.open(
                Specs.spec(spec.images(), new Change.RandomLabels(), spec.seed() + 1, 6, spec.examplesPerTask()));

        assertThatThrownBy(() -> resume(spec, record(other, 12)))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("sequence=12")
                .hasMessageContaining("another stream name");
    }

    @Test
    void shouldRefuseToGoOnWithAStreamThatIsLongerThanItself() {
        LabelStreamSpec spec = Specs.small(new Change.RandomLabels());
        LabelStream longer =
                LabelStream.open(Specs.spec(spec.images(), spec.change(), spec.seed(), 7, spec.examplesPerTask()));

        assertThatThrownBy(() -> resume(spec, record(longer, 108)))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("lastSequence=108 length=108");
    }

    @Test
    void shouldRefuseToGoOnAfterWhatItCannotRead() {
        LabelStreamSpec spec = Specs.small(new Change.RandomLabels());

        assertThatThrownBy(() -> resume(spec, new byte[] {1, 2, 3}))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("cannot read the last record");
    }

    @Test
    void shouldFindAFinishedStreamFinished() {
        LabelStreamSpec spec = Specs.small(new Change.RandomLabels());

        assertThat(resume(spec, record(LabelStream.open(spec), 107))).isEqualTo(spec.length());
        assertThat(new Outcome(108, 108, true).nothingToDo()).isTrue();
        assertThat(new Outcome(0, 108, true).nothingToDo()).isFalse();
    }

    private static long resume(LabelStreamSpec spec, byte[] last) {
        LabelStream stream = LabelStream.open(spec);
        return ResumePoint.after(stream, new LabelEvents(stream), last);
    }

    private static byte[] record(LabelStream stream, long sequence) {
        stream.seek(sequence);
        stream.next();
        return new LabelEvents(stream).bytes();
    }

    private List<byte[]> values(LabelStream stream, long sequence) throws PublicationException {
        MockProducer<byte[], byte[]> producer = producer(true);
        publication(stream, producer).publishFrom(sequence, NEVER);
        return producer.history().stream().map(ProducerRecord::value).toList();
    }

    private Publication publication(LabelStream stream, MockProducer<byte[], byte[]> producer) {
        return new Publication(
                stream,
                new LabelEvents(stream),
                producer,
                PARTITION,
                key(),
                clock,
                Duration.ofSeconds(1),
                reports::add);
    }

    private static byte[] key() {
        return "small".getBytes(StandardCharsets.UTF_8);
    }

    private static MockProducer<byte[], byte[]> producer(boolean completes) {
        return new MockProducer<>(completes, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
