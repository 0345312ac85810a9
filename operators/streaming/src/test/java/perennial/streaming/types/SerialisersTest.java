package perennial.streaming.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import perennial.streaming.Records;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.Event;
import perennial.v1.OriginalHeader;
import perennial.v1.Prediction;

class SerialisersTest {

    @Test
    void shouldBringRawRecordsAcross() throws Exception {
        RawRecord record = new RawRecord(null, new byte[] {1, 2}, "größe", 3, 1L << 40);

        RawRecord read = across(new RawRecordSerializer(), record);

        assertThat(read.key()).isNull();
        assertThat(read.value()).containsExactly(1, 2);
        assertThat(read.topic()).isEqualTo("größe");
        assertThat(read.partition()).isEqualTo(3);
        assertThat(read.offset()).isEqualTo(1L << 40);
        assertThat(across(new RawRecordSerializer(), new RawRecord(new byte[] {9}, null, "t", 0, 0))
                        .value())
                .isNull();
    }

    @Test
    void shouldBringLettersAcrossAndLeaveTheirBytesAsTheyWere() throws Exception {
        ByteBuffer part = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}, 1, 3).slice();
        DeadLetter full = new DeadLetter(
                part,
                ByteBuffer.wrap(new byte[0]),
                List.of(
                        new OriginalHeader("größe", ByteBuffer.wrap(new byte[] {7})),
                        new OriginalHeader("größe", null)),
                "t",
                3,
                1L << 40,
                DeadLetterReason.NOT_FINITE,
                "wäre");

        DeadLetter read = across(new DeadLetterSerializer(), full);

        assertThat(read).isEqualTo(full);
        assertThat(read.getValue()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(part.remaining()).isEqualTo(3);
        assertThat(across(new DeadLetterSerializer(), letter())).isEqualTo(letter());
    }

    @Test
    void shouldRefuseALetterOfANewerVersion() {
        assertThatThrownBy(() -> new DeadLetterSerializer().deserialize(new DataInputDeserializer(new byte[] {2})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version=2 newest=1");
    }

    @Test
    void shouldBringRecordsAcrossThatShareAStream() throws Exception {
        RecordSerializer<SpecificRecord> serialiser = new RecordSerializer<>(SpecificRecord.class);
        Event event = Records.byteExample("s", 4, 1, (byte) 1, (byte) 200);

        assertThat(across(serialiser, letter())).isEqualTo(letter());
        assertThat(across(serialiser, event)).isEqualTo(event);
    }

    @Test
    void shouldCopyRecordsDeeply() {
        DeadLetter letter = letter();

        DeadLetter copy = new RecordSerializer<>(DeadLetter.class).copy(letter);
        letter.getValue().put(0, (byte) 99);

        assertThat(copy).isEqualTo(letter());
    }

    @Test
    void shouldCopyARecordsBytesToBytes() throws Exception {
        RecordSerializer<DeadLetter> serialiser = new RecordSerializer<>(DeadLetter.class);
        DataOutputSerializer written = new DataOutputSerializer(64);
        serialiser.serialize(letter(), written);
        DataOutputSerializer copied = new DataOutputSerializer(64);

        serialiser.copy(new DataInputDeserializer(written.getCopyOfBuffer()), copied);

        assertThat(copied.getCopyOfBuffer()).isEqualTo(written.getCopyOfBuffer());
    }

    @Test
    void shouldRestoreEachSerialiserFromItsSnapshot() throws Exception {
        assertRestorable(new RawRecordSerializer());
        assertRestorable(new LearnerEventSerializer());
        assertRestorable(new DeadLetterSerializer());
        assertRestorable(new RecordSerializer<>(DeadLetter.class));
        assertRestorable(new RecordSerializer<>(SpecificRecord.class));
    }

    @Test
    void shouldRefuseTheSnapshotOfAnotherRecord() {
        TypeSerializerSnapshot<Prediction> predictions =
                new RecordSerializer<>(Prediction.class).snapshotConfiguration();
        @SuppressWarnings({"unchecked", "rawtypes"})
        TypeSerializerSnapshot<Prediction> letters =
                (TypeSerializerSnapshot) new RecordSerializer<>(DeadLetter.class).snapshotConfiguration();

        assertThat(predictions.resolveSchemaCompatibility(letters).isIncompatible())
                .isTrue();
    }

    @Test
    void shouldRefuseTheSnapshotOfANewerVersion() {
        assertThatThrownBy(() -> new RecordSerializer.Snapshot<DeadLetter>()
                        .readSnapshot(
                                2,
                                new DataInputDeserializer(new byte[0]),
                                getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version=2 newest=1");
    }

    @Test
    void shouldNeverShareASerialiserBetweenThreads() {
        var type = RecordSerializer.typeInfo(DeadLetter.class);

        assertThat(type.createSerializer(new SerializerConfigImpl()))
                .isNotSameAs(type.createSerializer(new SerializerConfigImpl()))
                .isEqualTo(type.createSerializer(new SerializerConfigImpl()));
        assertThat(type).isEqualTo(RecordSerializer.typeInfo(DeadLetter.class));
        assertThat(type.equals(RecordSerializer.typeInfo(Prediction.class))).isFalse();
    }

    @Test
    void shouldWorkAfterTravellingWithAJobGraph() throws Exception {
        RecordSerializer<DeadLetter> used = new RecordSerializer<>(DeadLetter.class);
        across(used, letter());

        assertThat(across(InstantiationUtil.clone(used), letter())).isEqualTo(letter());
    }

    private static DeadLetter letter() {
        return new DeadLetter(
                ByteBuffer.wrap(new byte[] {1, 2, 3}),
                null,
                List.of(),
                "topic",
                1,
                2L,
                DeadLetterReason.TOO_LARGE,
                "why");
    }

    private static <T> T across(TypeSerializer<T> serialiser, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(value, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        T read = serialiser.deserialize(in);
        assertThat(in.available()).isZero();
        return read;
    }

    private static <T> void assertRestorable(TypeSerializer<T> serialiser) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serialiser.snapshotConfiguration());
        TypeSerializerSnapshot<T> old = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), SerialisersTest.class.getClassLoader());

        assertThat(old.restoreSerializer()).isEqualTo(serialiser);
        assertThat(serialiser
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(old)
                        .isCompatibleAsIs())
                .isTrue();
    }
}
