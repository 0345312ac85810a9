package perennial.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.streaming.assign.LearnerKeySerializer;
import perennial.streaming.assign.SequencePositionSerializer;
import perennial.streaming.feed.FeedSerializer;
import perennial.streaming.feed.TicketSerializer;
import perennial.streaming.learn.LearnerCheckpointSerializer;
import perennial.streaming.types.DeadLetterSerializer;
import perennial.streaming.types.LearnerCommandSerializer;
import perennial.streaming.types.LearnerEventSerializer;
import perennial.streaming.types.RawRecordSerializer;
import perennial.streaming.types.RecordSerializer;
import perennial.streaming.watch.LearnerWatchSerializer;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;

/** What a savepoint says of serialisers: their snapshots, as each release wrote them, and what Flink decides from them. */
class SerialiserSnapshotsTest {

    /** The version of Flink's own layout of a snapshot that says nothing but its class. */
    private static final int SIMPLE = 3;

    /**
     * One serialiser.
     *
     * @param snapshot class that a savepoint of release 0.1.0 names; it never changes
     * @param version of the snapshot's layout
     * @param content what the snapshot says beside that, or null for nothing
     */
    record Released(TypeSerializer<?> serialiser, String snapshot, int version, String content) {

        byte[] bytes() throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(64);
            out.writeUTF(snapshot);
            out.writeInt(version);
            if (content != null) {
                out.writeUTF(content);
            }
            return out.getCopyOfBuffer();
        }

        @Override
        public String toString() {
            return snapshot + " " + content;
        }
    }

    private static Stream<Released> released() {
        String records = "perennial.streaming.types.RecordSerializer$Snapshot";
        return Stream.of(
                new Released(
                        new LearnerCheckpointSerializer(),
                        "perennial.streaming.learn.LearnerCheckpointSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(
                        new LearnerKeySerializer(),
                        "perennial.streaming.assign.LearnerKeySerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(
                        new SequencePositionSerializer(),
                        "perennial.streaming.assign.SequencePositionSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(
                        new TicketSerializer(), "perennial.streaming.feed.TicketSerializer$Snapshot", SIMPLE, null),
                new Released(
                        new RawRecordSerializer(),
                        "perennial.streaming.types.RawRecordSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(new FeedSerializer(), "perennial.streaming.feed.FeedSerializer$Snapshot", SIMPLE, null),
                new Released(
                        new LearnerWatchSerializer(),
                        "perennial.streaming.watch.LearnerWatchSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(
                        new LearnerCommandSerializer(),
                        "perennial.streaming.types.LearnerCommandSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(
                        new DeadLetterSerializer(),
                        "perennial.streaming.types.DeadLetterSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(
                        new LearnerEventSerializer(),
                        "perennial.streaming.types.LearnerEventSerializer$Snapshot",
                        SIMPLE,
                        null),
                new Released(new RecordSerializer<>(DeadLetter.class), records, 1, "perennial.v1.DeadLetter"),
                new Released(
                        new RecordSerializer<>(PlasticityReport.class), records, 1, "perennial.v1.PlasticityReport"),
                new Released(new RecordSerializer<>(Prediction.class), records, 1, "perennial.v1.Prediction"),
                new Released(new RecordSerializer<>(PolicySnapshot.class), records, 1, "perennial.v1.PolicySnapshot"),
                new Released(
                        new RecordSerializer<>(SpecificRecord.class),
                        records,
                        1,
                        "org.apache.avro.specific.SpecificRecord"));
    }

    @ParameterizedTest
    @MethodSource("released")
    void shouldBeWrittenAsRelease010WroteThem(Released released) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, released.serialiser().snapshotConfiguration());

        assertThat(out.getCopyOfBuffer()).isEqualTo(released.bytes());
    }

    @ParameterizedTest
    @MethodSource("released")
    void shouldGiveTheSerialiserThatWroteTheState(Released released) throws IOException {
        assertThat(read(released.bytes()).restoreSerializer()).isEqualTo(released.serialiser());
    }

    @ParameterizedTest
    @MethodSource("released")
    void shouldLetTheSameSerialiserReadOnAndNoOther(Released released) throws IOException {
        for (Released other : released().toList()) {
            TypeSerializerSchemaCompatibility<?> decision = decide(other.serialiser(), read(released.bytes()));

            assertThat(decision.isCompatibleAsIs())
                    .as(other.toString())
                    .isEqualTo(other.toString().equals(released.toString()));
            assertThat(decision.isIncompatible()).as(other.toString()).isNotEqualTo(decision.isCompatibleAsIs());
        }
    }

    @ParameterizedTest
    @MethodSource("released")
    void shouldRefuseASnapshotOfALaterLayout(Released released) throws IOException {
        byte[] later = new Released(released.serialiser(), released.snapshot(), 99, released.content()).bytes();

        assertThatThrownBy(() -> read(later)).isInstanceOf(IOException.class).hasMessageContaining("99");
    }

    @Test
    void shouldCoverEverySerialiser() throws IOException {
        List<String> covered = released()
                .map(released -> released.serialiser().getClass().getSimpleName() + ".java")
                .distinct()
                .sorted()
                .toList();
        try (Stream<java.nio.file.Path> sources =
                java.nio.file.Files.walk(java.nio.file.Path.of("src", "main", "java"))) {
            assertThat(sources.map(source -> source.getFileName().toString())
                            .filter(name ->
                                    name.endsWith("Serializer.java") && !name.equals("ImmutableSerializer.java"))
                            .sorted())
                    .isEqualTo(covered);
        }
    }

    private static TypeSerializerSnapshot<?> read(byte[] bytes) throws IOException {
        return TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(bytes), SerialiserSnapshotsTest.class.getClassLoader());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static TypeSerializerSchemaCompatibility<?> decide(TypeSerializer<?> now, TypeSerializerSnapshot<?> saved) {
        return ((TypeSerializerSnapshot) now.snapshotConfiguration()).resolveSchemaCompatibility(saved);
    }
}
