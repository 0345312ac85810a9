package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perennial.streaming.Records.byteExample;
import static perennial.streaming.Records.episodeEnd;
import static perennial.streaming.Records.example;
import static perennial.streaming.Records.raw;
import static perennial.streaming.Records.regression;
import static perennial.streaming.Records.reset;
import static perennial.streaming.Records.transition;
import static perennial.streaming.Specs.classifier;
import static perennial.streaming.Specs.regressor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.RecordCodec;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

class DecodeAndAssignHarnessTest {

    @Test
    void shouldSendAnEventToEachLearnerThatFollowsItsStream() throws Exception {
        try (AssignHarness harness = AssignHarness.of(
                classifier("exact", "labels"), classifier("glob", "lab*", "x"), classifier("other", "others"))) {
            harness.read(example("labels", 0, 1, 1, 2, 3, 4));

            assertThat(harness.assignments()).containsExactly("exact:0", "glob:0");
            assertThat(harness.assigned().get(0).event().features.length()).isEqualTo(4);
            assertThat(harness.assigned().get(0).event().label).isEqualTo(1);
            assertThat(harness.assigned().get(0).key())
                    .isEqualTo(LearnerKeys.of(List.of("exact", "glob", "other")).of("exact"));
            assertThat(harness.letters()).isEmpty();
        }
    }

    @Test
    void shouldMapBytesTargetsAndResets() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("c", "c"), regressor("r", "r"))) {
            harness.read(byteExample("c", 0, 2, (byte) 1, (byte) 2, (byte) 3, (byte) 255));
            harness.read(regression("r", 0, new float[] {0.5f, -1}, 1, 2, 3, 4));
            harness.read(reset("c", 1, 3));

            assertThat(harness.letters()).isEmpty();
            Event bytes = harness.assigned().get(0).event();
            assertThat(bytes.features.isBytes()).isTrue();
            assertThat(bytes.features.bytes()).containsExactly(1, 2, 3, -1);
            Event target = harness.assigned().get(1).event();
            assertThat(target.label).isEqualTo(-1);
            assertThat(target.target.floats()).containsExactly(0.5f, -1);
            Event reset = harness.assigned().get(2).event();
            assertThat(reset.kind).isEqualTo(Event.Kind.LABEL_RESET);
            assertThat(reset.task).isEqualTo(3);
            assertThat(reset.resetKind).isEqualTo(Event.ResetKind.CLASSES_PERMUTED);
        }
    }

    @Test
    void shouldReadAnEventInJson() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            String line = "{\"type\":\"example\",\"stream\":\"s\",\"sequence\":3,\"features\":[1,2.5,3,4],\"label\":2}";
            harness.read(raw(line.getBytes(StandardCharsets.UTF_8), 0));

            assertThat(harness.letters()).isEmpty();
            assertThat(harness.assignments()).containsExactly("nap:3");
            assertThat(harness.assigned().get(0).event().features.floats()).containsExactly(1, 2.5f, 3, 4);
            assertThat(harness.assigned().get(0).event().label).isEqualTo(2);
        }
    }

    @Test
    void shouldReportBytesThatAreNoEvent() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            byte[] garbage = "no event".getBytes(StandardCharsets.UTF_8);
            harness.read(new RawRecord(new byte[] {7}, garbage, "topic", 5, 99));

            DeadLetter letter = only(harness, DeadLetterReason.UNDECODABLE);
            assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(garbage));
            assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
            assertThat(letter.getTopic()).isEqualTo("topic");
            assertThat(letter.getPartition()).isEqualTo(5);
            assertThat(letter.getOffset()).isEqualTo(99);
            assertThat(letter.getError()).isNotBlank();
        }
    }

    @Test
    void shouldReportAValueThatIsNull() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(new RawRecord(null, null, "topic", 5, 99));

            DeadLetter letter = only(harness, DeadLetterReason.UNDECODABLE);
            assertThat(letter.getValue()).isNull();
            assertThat(letter.getKey()).isNull();
            assertThat(letter.getError()).isEqualTo("a record must have a value: value=null");
        }
    }

    @Test
    void shouldReportAnotherRecordThanAnEvent() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            DeadLetter other = new DeadLetter(null, null, List.of(), "t", 0, 0L, DeadLetterReason.OTHER, "");
            harness.read(raw(new RecordCodec().encode(other), 0));

            only(harness, DeadLetterReason.UNDECODABLE);
        }
    }

    @Test
    void shouldReportARecordThatIsTooLargeWithABoundedLetter() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(raw(new byte[AssignHarness.MAX_RECORD_BYTES], 0));

            DeadLetter letter = only(harness, DeadLetterReason.TOO_LARGE);
            assertThat(letter.getKey().remaining()).isEqualTo(1);
            assertThat(letter.getValue().remaining()).isEqualTo(AssignHarness.MAX_RECORD_BYTES * 3 / 4);
            assertThat(letter.getError()).contains("at most 2000 bytes: bytes=2001 value=2000 key=1");
        }
    }

    @Test
    void shouldBoundALetterWhoseKeyOrHeadersAreTooLarge() throws Exception {
        int limit = AssignHarness.MAX_RECORD_BYTES;
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(new RawRecord(new byte[limit], new byte[1], "topic", 5, 0));
            harness.read(new RawRecord(new byte[limit], null, "topic", 5, 1));
            harness.read(new RawRecord(
                    null, new byte[1], "topic", 5, 2, List.of(new RawRecord.Header("h", new byte[limit]))));

            assertThat(harness.letters())
                    .extracting(DeadLetter::getReason)
                    .containsExactly(
                            DeadLetterReason.TOO_LARGE, DeadLetterReason.UNDECODABLE, DeadLetterReason.TOO_LARGE);
            assertThat(harness.letters()).allSatisfy(letter -> assertThat(new RecordCodec().encode(letter))
                    .hasSizeLessThan(limit + 1000));
            assertThat(harness.letters().get(2).getHeaders()).isEmpty();
        }
    }

    @Test
    void shouldKeepHeadersInOrder() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(new RawRecord(
                    null,
                    new byte[] {1},
                    "topic",
                    5,
                    99,
                    List.of(new RawRecord.Header("trace", new byte[] {7}), new RawRecord.Header("trace", null))));

            assertThat(only(harness, DeadLetterReason.UNDECODABLE).getHeaders())
                    .containsExactly(
                            new OriginalHeader("trace", ByteBuffer.wrap(new byte[] {7})),
                            new OriginalHeader("trace", null));
        }
    }

    @Test
    void shouldReportAStreamThatNoLearnerFollows() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("elsewhere", 0, 1, 1, 2, 3, 4));

            assertThat(only(harness, DeadLetterReason.UNKNOWN_STREAM).getError())
                    .contains("stream=elsewhere");
        }
    }

    @Test
    void shouldReportAnInputOfTheWrongSize() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 0, 1, 1, 2, 3));

            assertThat(only(harness, DeadLetterReason.WRONG_SIZE).getError())
                    .isEqualTo("features have the wrong size: expected=4 found=3 learners=nap");
        }
    }

    @Test
    void shouldReportValuesThatAreNotFinite() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 0, 1, 1, Float.NaN, 3, 4));

            assertThat(only(harness, DeadLetterReason.NOT_FINITE).getError()).contains("index=1 value=NaN");
        }
    }

    @Test
    void shouldReportTargetsThatAreNotFinite() throws Exception {
        try (AssignHarness harness = AssignHarness.of(regressor("r", "s"))) {
            harness.read(regression("s", 0, new float[] {1, Float.NEGATIVE_INFINITY}, 1, 2, 3, 4));

            assertThat(only(harness, DeadLetterReason.NOT_FINITE).getError()).contains("target");
        }
    }

    @Test
    void shouldReportALabelOutOfRange() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 0, 3, 1, 2, 3, 4));

            assertThat(only(harness, DeadLetterReason.LABEL_OUT_OF_RANGE).getError())
                    .contains("label=3 classes=3");
        }
    }

    @Test
    void shouldReportEventsOfTheWrongKind() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(transition("s", 0, 1, 2));
            harness.read(episodeEnd("s", 1));
            harness.read(regression("s", 2, new float[] {1, 2}, 1, 2, 3, 4));

            assertThat(harness.letters())
                    .extracting(DeadLetter::getReason)
                    .containsOnly(DeadLetterReason.WRONG_KIND)
                    .hasSize(3);
            assertThat(harness.assigned()).isEmpty();
        }
    }

    @Test
    void shouldReportAStreamWhoseNameIsTooLong() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "*"))) {
            harness.read(example("s".repeat(DecodeAndAssign.MAX_STREAM_NAME + 1), 0, 1, 1, 2, 3, 4));

            assertThat(only(harness, DeadLetterReason.OTHER).getError()).contains("length=1001");
        }
    }

    @Test
    void shouldWriteOneLetterThatNamesAllLearnersThatRefuse() throws Exception {
        try (AssignHarness harness =
                AssignHarness.of(classifier("a", "s"), regressor("r", "s"), classifier("b", "s"))) {
            harness.read(example("s", 0, 9, 1, 2, 3, 4));

            assertThat(only(harness, DeadLetterReason.LABEL_OUT_OF_RANGE).getError())
                    .isEqualTo("label out of range: label=9 classes=3 learners=a,b; "
                            + "expected an example with target values: found an example with a class learners=r");
        }
    }

    @Test
    void shouldGiveARecordToThoseWhoCanUseItAndSayWhoCannot() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("c", "s"), regressor("r", "s"))) {
            harness.read(example("s", 0, 1, 1, 2, 3, 4));

            assertThat(harness.assignments()).containsExactly("c:0");
            assertThat(harness.letters()).hasSize(1);
            assertThat(harness.letters().get(0).getError()).endsWith("learners=r; used by the stream's other learners");
        }
    }

    @Test
    void shouldDropARepeatedRecord() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 10, 1, 1, 2, 3, 4));
            harness.read(example("s", 11, 1, 1, 2, 3, 4));
            RawRecord repeated = harness.read(example("s", 10, 1, 1, 2, 3, 4));

            assertThat(harness.assignments()).containsExactly("nap:10", "nap:11");
            assertThat(harness.letters()).hasSize(1);
            DeadLetter letter = harness.letters().get(0);
            assertThat(letter.getReason()).isEqualTo(DeadLetterReason.SEQUENCE_REPEATED);
            assertThat(letter.getOffset()).isEqualTo(repeated.offset());
            assertThat(letter.getError()).contains("stream=s actor=0 expected=12 found=10");
        }
    }

    @Test
    void shouldUseTheRecordThatRevealsAGap() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 0, 1, 1, 2, 3, 4));
            harness.read(example("s", 4, 1, 1, 2, 3, 4));
            harness.read(example("s", 5, 1, 1, 2, 3, 4));

            assertThat(harness.assignments()).containsExactly("nap:0", "nap:4", "nap:5");
            assertThat(harness.letters()).hasSize(1);
            assertThat(harness.letters().get(0).getReason()).isEqualTo(DeadLetterReason.SEQUENCE_GAP);
            assertThat(harness.letters().get(0).getError())
                    .endsWith("expected=1 found=4 missing=3; this record was used");
        }
    }

    @Test
    void shouldSayBothWhereARecordBehindAGapIsRefused() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 0, 1, 1, 2, 3, 4));
            harness.read(example("s", 2, 1, Float.NaN, 2, 3, 4));

            assertThat(harness.assignments()).containsExactly("nap:0");
            assertThat(harness.letters()).hasSize(1);
            assertThat(harness.letters().get(0).getReason()).isEqualTo(DeadLetterReason.NOT_FINITE);
            assertThat(harness.letters().get(0).getError())
                    .contains("learners=nap; also, ")
                    .endsWith("missing=1");
        }
    }

    @Test
    void shouldCountARefusedRecordAsSeen() throws Exception {
        try (AssignHarness harness = AssignHarness.of(classifier("nap", "s"))) {
            harness.read(example("s", 0, 1, 1, 2, 3, 4));
            harness.read(example("s", 1, 1, Float.NaN, 2, 3, 4));
            harness.read(example("s", 2, 1, 1, 2, 3, 4));

            assertThat(harness.assignments()).containsExactly("nap:0", "nap:2");
            assertThat(harness.letters())
                    .extracting(DeadLetter::getReason)
                    .containsExactly(DeadLetterReason.NOT_FINITE);
        }
    }

    @Test
    void shouldGoOnAfterARestoreAsIfItHadNeverStopped() throws Exception {
        try (AssignHarness before = AssignHarness.of(classifier("a", "s"), classifier("b", "s"))) {
            before.read(example("s", 0, 1, 1, 2, 3, 4));
            before.read(example("s", 1, 1, 1, 2, 3, 4));
            OperatorSubtaskState state = before.snapshot();

            try (AssignHarness after = AssignHarness.restored(state, classifier("a", "s"), classifier("b", "s"))) {
                after.read(example("s", 1, 1, 1, 2, 3, 4));
                after.read(example("s", 2, 1, 1, 2, 3, 4));

                assertThat(after.assignments()).containsExactly("a:2", "b:2");
                assertThat(after.letters())
                        .extracting(DeadLetter::getReason)
                        .containsExactly(DeadLetterReason.SEQUENCE_REPEATED);
            }
        }
    }

    /** Good records, resets, repeated ones, gaps and garbage, with a failure between any two of them. */
    @Test
    void shouldGoOnFromEveryRecordAsIfItHadNeverStopped() throws Exception {
        LearnerSpec[] learners = {classifier("a", "s"), classifier("b", "*")};
        List<RawRecord> records = new ArrayList<>();
        long[] sequences = {0, 1, 2, 2, 3, 7, 5, 8, 9, 9, 10};
        for (long sequence : sequences) {
            records.add(raw(example("s", sequence, (int) sequence % 5, 1, 2, 3, 4), records.size()));
            records.add(raw(new byte[] {(byte) 0xc3, 1, (byte) sequence}, records.size()));
            records.add(raw(reset("t", sequence, (int) sequence), records.size()));
        }
        List<OperatorSubtaskState> states = new ArrayList<>();
        List<Integer> assigned = new ArrayList<>();
        List<Integer> lettered = new ArrayList<>();
        List<String> assignments;
        List<DeadLetter> letters;
        try (AssignHarness never = AssignHarness.of(learners)) {
            for (RawRecord record : records) {
                states.add(never.snapshot());
                assigned.add(never.assigned().size());
                lettered.add(never.letters().size());
                never.read(record);
            }
            assignments = never.assignments();
            letters = never.letters();
        }

        for (int stop = 0; stop < records.size(); stop++) {
            try (AssignHarness harness = AssignHarness.restored(states.get(stop), learners)) {
                for (RawRecord record : records.subList(stop, records.size())) {
                    harness.read(record);
                }
                assertThat(harness.assignments())
                        .isEqualTo(assignments.subList(assigned.get(stop), assignments.size()));
                assertThat(harness.letters()).isEqualTo(letters.subList(lettered.get(stop), letters.size()));
            }
        }
    }

    @Test
    void shouldKeepALearnersKeyWhereTheConfigurationChanges() throws Exception {
        Integer key = LearnerKeys.of(List.of("gone", "stays")).of("stays");
        try (AssignHarness before = AssignHarness.of(classifier("gone", "s"), classifier("stays", "s"))) {
            OperatorSubtaskState state = before.snapshot();

            try (AssignHarness after =
                    AssignHarness.restored(state, classifier("new", "s"), classifier("stays", "s"))) {
                after.read(example("s", 0, 1, 1, 2, 3, 4));

                assertThat(after.assigned().get(1).learner()).isEqualTo("stays");
                assertThat(after.assigned().get(1).key()).isEqualTo(key);
                assertThat(after.assigned().get(0).key()).isNotEqualTo(key);
            }
        }
    }

    @Test
    void shouldKeepAllSequencesThroughOneTwoOneSubtasks() throws Exception {
        try (AssignHarness one = AssignHarness.of(classifier("nap", "*"))) {
            one.read(example("left", 4, 1, 1, 2, 3, 4));
            one.read(example("right", 9, 1, 1, 2, 3, 4));

            List<AssignHarness> two = AssignHarness.rescaled(one.snapshot(), 1, 2, classifier("nap", "*"));
            // Records at later offsets than those above, each stream on a subtask of its own.
            two.get(0).read(raw(example("left", 5, 1, 1, 2, 3, 4), 100));
            two.get(1).read(raw(example("right", 10, 1, 1, 2, 3, 4), 100));
            two.get(1).read(raw(example("right", 11, 1, 1, 2, 3, 4), 101));
            assertThat(two.get(0).letters()).isEmpty();
            assertThat(two.get(1).letters()).isEmpty();

            List<AssignHarness> again =
                    AssignHarness.rescaled(AssignHarness.snapshotOfAll(two), 2, 1, classifier("nap", "*"));
            again.get(0).read(raw(example("left", 6, 1, 1, 2, 3, 4), 102));
            again.get(0).read(raw(example("right", 12, 1, 1, 2, 3, 4), 102));
            assertThat(again.get(0).assignments()).containsExactly("nap:6", "nap:12");
            assertThat(again.get(0).letters()).isEmpty();

            for (AssignHarness harness : two) {
                harness.close();
            }
            again.get(0).close();
        }
    }

    @Test
    void shouldRefuseAJobThatCannotBe() {
        assertThatThrownBy(() -> new DecodeAndAssign(List.of(), 1)).hasMessageContaining("at least one learner");
        assertThatThrownBy(() -> new DecodeAndAssign(List.of(classifier("a", "s")), 0))
                .hasMessageContaining("maxRecordBytes=0");
        assertThatThrownBy(() -> new DecodeAndAssign(List.of(classifier("a", "s"), classifier("a", "t")), 1))
                .hasMessageContaining("name=a");
    }

    private static DeadLetter only(AssignHarness harness, DeadLetterReason reason) {
        assertThat(harness.assigned()).isEmpty();
        assertThat(harness.letters()).hasSize(1);
        assertThat(harness.letters().get(0).getReason()).isEqualTo(reason);
        return harness.letters().get(0);
    }
}
