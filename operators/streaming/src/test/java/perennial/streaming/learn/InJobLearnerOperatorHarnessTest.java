package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static perennial.streaming.Specs.classifier;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.event.EventSource;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.RecordCodec;
import perennial.streaming.RecordingOutput;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.feed.Ticket;
import perennial.streaming.learn.LearnersHarness.RecordingFactory;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerInput;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.LearnerProgress;
import perennial.v1.Pause;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Resume;
import perennial.v1.Retire;

class InJobLearnerOperatorHarnessTest {

    private static final List<LearnerSpec> TWO = List.of(classifier("a", "s"), classifier("b", "s"));

    /** More than three tickets allow, and less than four. */
    private static final int EVENTS = 3 * Ticket.EVENTS + 100;

    private final RecordingFactory factory = new RecordingFactory(false);

    /** Examples with sequence numbers from 0; which class comes next depends on what the learner has made of those before. */
    private static final class ScriptedSource implements EventSource {

        private final Learner learner;
        private final Event event = new Event();
        private final int badAt;
        private int next;

        ScriptedSource(Learner learner, int badAt) {
            this.learner = learner;
            this.badAt = badAt;
            event.stream = "s";
            event.features.resizeFloats(4);
        }

        @Override
        public boolean isDone() {
            return next == EVENTS;
        }

        @Override
        public Event next() {
            event.sequence = next;
            event.label = next == badAt ? 99 : (int) (learner.updates() % 2);
            next++;
            return event;
        }

        @Override
        public byte[] save() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
        }

        @Override
        public void restore(byte[] saved) {
            next = ByteBuffer.wrap(saved).getInt();
        }

        @Override
        public void close() {}
    }

    private record ScriptedSources(int badAt) implements InJobSources {
        @Override
        public EventSource open(LearnerSpec spec, Learner learner) {
            return new ScriptedSource(learner, badAt);
        }

        @Override
        public long mostEvents(LearnerSpec spec) {
            return EVENTS;
        }
    }

    /** One subtask under test. */
    private static final class Harness implements AutoCloseable {

        private final KeyedOneInputStreamOperatorTestHarness<Integer, LearnerInput, SpecificRecord> harness;
        private final RecordingOutput<SpecificRecord> output =
                new RecordingOutput<>(new RecordSerializer<>(SpecificRecord.class)::copy);
        private final LearnerKeys keys;

        Harness(
                List<LearnerSpec> specs,
                LearnerFactory factory,
                InJobSources sources,
                OperatorSubtaskState state,
                int parallelism,
                int subtask)
                throws Exception {
            keys = LearnerKeys.of(specs.stream().map(LearnerSpec::name).toList());
            harness = new KeyedOneInputStreamOperatorTestHarness<>(
                    new InJobLearnerOperator(
                            specs, factory, sources, true, Map.of("a", new PolicyPublication(100, 200))),
                    LearnerInput::key,
                    BasicTypeInfo.INT_TYPE_INFO,
                    LearnerKeys.KEY_GROUPS,
                    parallelism,
                    subtask);
            harness.setOutputCreator(serialiser -> output);
            harness.setup(new RecordSerializer<>(SpecificRecord.class));
            if (state != null) {
                harness.initializeState(state);
            }
            harness.open();
        }

        void give(String learner, long number) throws Exception {
            harness.processElement(new Ticket(keys.of(learner), learner, number), 0);
        }

        void tell(String learner, ControlCommand command) throws Exception {
            harness.processElement(new LearnerCommand(keys.of(learner), learner, command), 0);
        }

        List<ControlAudit> audits() {
            return output.main().stream()
                    .filter(ControlAudit.class::isInstance)
                    .map(ControlAudit.class::cast)
                    .toList();
        }

        void giveBoth(long from, long to) throws Exception {
            for (long number = from; number < to; number++) {
                give("a", number);
                give("b", number);
            }
        }

        OperatorSubtaskState snapshot() throws Exception {
            return harness.snapshot(1, 1);
        }

        List<byte[]> bytes() {
            RecordCodec codec = new RecordCodec();
            List<byte[]> bytes = new ArrayList<>();
            output.main().forEach(record -> bytes.add(codec.encode(record)));
            output.side(LearnerOperator.POLICIES).forEach(record -> bytes.add(codec.encode(record)));
            output.side(LearnerOperator.WEIGHTS).forEach(record -> bytes.add(codec.encode(record)));
            return bytes;
        }

        long records(String learner) {
            return output.main().stream()
                    .filter(PlasticityReport.class::isInstance)
                    .map(PlasticityReport.class::cast)
                    .filter(report -> report.getLearner().equals(learner))
                    .mapToLong(PlasticityReport::getRecordsSeen)
                    .max()
                    .orElse(0);
        }

        @Override
        public void close() {
            try {
                harness.close();
            } catch (Exception e) {
                throw new IllegalStateException("an operator under test must close", e);
            }
        }
    }

    private Harness harness(OperatorSubtaskState state) throws Exception {
        return new Harness(TWO, factory, new ScriptedSources(-1), state, 1, 0);
    }

    private Harness harness(OperatorSubtaskState state, int parallelism, int subtask) throws Exception {
        return new Harness(TWO, factory, new ScriptedSources(-1), state, parallelism, subtask);
    }

    @Test
    void shouldTakeInAsManyEventsAsATicketAllowsAndNoMoreThanThereAre() throws Exception {
        try (Harness harness = harness(null)) {
            harness.give("a", 0);
            assertThat(harness.records("a")).isEqualTo(Ticket.EVENTS);
            assertThat(harness.records("b")).isZero();

            for (int number = 1; number < 6; number++) {
                harness.give("a", number);
            }
            assertThat(harness.records("a")).isEqualTo(EVENTS);
        }
    }

    @Test
    void shouldGoOnAfterARestoreAsIfItHadNeverStopped() throws Exception {
        List<byte[]> never;
        try (Harness harness = harness(null)) {
            harness.giveBoth(0, 4);
            harness.harness.endInput();
            never = harness.bytes();
        }
        for (int stop = 0; stop <= 4; stop++) {
            List<byte[]> stopped;
            OperatorSubtaskState state;
            try (Harness harness = harness(null)) {
                harness.giveBoth(0, stop);
                stopped = harness.bytes();
                state = harness.snapshot();
            }
            try (Harness harness = harness(state)) {
                // The source of tickets begins anew.
                harness.giveBoth(0, 4);
                harness.harness.endInput();
                stopped.addAll(harness.bytes());
            }

            // Side outputs are collected apart, so that only their order among themselves can be compared.
            assertThat(stopped).as("stop " + stop).containsExactlyInAnyOrderElementsOf(never);
        }
    }

    /** After a restart the source gives all commands again, as it does tickets. */
    @Test
    void shouldCarryOutBetweenTwoTicketsCommandsThatAreGivenAgainAfterARestart() throws Exception {
        OperatorSubtaskState state;
        try (Harness harness = harness(null)) {
            harness.give("a", 0);
            harness.tell("a", new ControlCommand("1", "a", null, "", new Pause()));
            harness.tell("b", new ControlCommand("2", "b", null, "", new Retire()));
            harness.give("a", 1);
            assertThat(harness.audits())
                    .extracting(ControlAudit::getCommand, ControlAudit::getOutcome)
                    .containsExactly(tuple("1", ControlOutcome.APPLIED), tuple("2", ControlOutcome.APPLIED));
            state = harness.snapshot();
        }
        try (Harness harness = harness(state)) {
            harness.tell("a", new ControlCommand("1", "a", null, "", new Pause()));
            harness.tell("b", new ControlCommand("2", "b", null, "", new Retire()));
            harness.tell("a", new ControlCommand("3", "a", null, "", new Resume()));
            harness.giveBoth(0, 6);

            assertThat(harness.audits()).extracting(ControlAudit::getCommand).containsExactly("3");
            assertThat(harness.records("a")).isEqualTo(EVENTS);
            assertThat(harness.records("b")).isZero();
        }
    }

    @Test
    void shouldPassOverTicketsThatItHadAndRefuseOnesThatCameTooSoon() throws Exception {
        try (Harness harness = harness(null)) {
            harness.give("a", 0);
            harness.give("a", 0);
            assertThat(harness.records("a")).isEqualTo(Ticket.EVENTS);

            assertThatThrownBy(() -> harness.give("a", 2))
                    .hasMessage("a learner's tickets must come one after the other: learner=a expected=1 found=2");
        }
    }

    @Test
    void shouldKeepLearnersWithTheirSourcesThroughOneTwoOneSubtasks() throws Exception {
        OperatorSubtaskState one;
        try (Harness harness = harness(null)) {
            harness.giveBoth(0, 1);
            one = harness.snapshot();
        }
        try (Harness left = harness(part(one, 1, 2, 0), 2, 0);
                Harness right = harness(part(one, 1, 2, 1), 2, 1)) {
            for (int number = 0; number < 2; number++) {
                left.give("a", number);
                right.give("b", number);
            }
            OperatorSubtaskState two =
                    AbstractStreamOperatorTestHarness.repackageState(left.snapshot(), right.snapshot());
            try (Harness again = harness(part(two, 2, 1, 0))) {
                again.giveBoth(0, 4);

                assertThat(again.records("a")).isEqualTo(EVENTS);
                assertThat(again.records("b")).isEqualTo(EVENTS);
            }
        }
    }

    @Test
    void shouldBeginTheLearnersOfItsOwnKeysAtOnce() throws Exception {
        try (Harness left = harness(null, 2, 0)) {
            assertThat(factory.made).hasSize(1);
            assertThat(left.harness.numKeyedStateEntries()).isZero();
            left.snapshot();
            assertThat(left.harness.numKeyedStateEntries()).isEqualTo(1);
        }
    }

    /** Flink keeps the state of a subtask no longer than to the first checkpoint after its end. */
    @Test
    void shouldNotBeginALearnerAgainThatHasEndedBeforeTheCheckpoint() throws Exception {
        OperatorSubtaskState rightOnly;
        try (Harness right = harness(null, 2, 1)) {
            right.give("b", 0);
            rightOnly = right.snapshot();
        }
        factory.made.clear();
        try (Harness again = harness(part(rightOnly, 2, 1, 0))) {
            again.giveBoth(0, 2);

            assertThat(factory.made).hasSize(1);
            assertThat(again.records("a")).isZero();
            assertThat(again.records("b")).isEqualTo(2 * Ticket.EVENTS);
        }
    }

    @Test
    void shouldPublishPoliciesAsEverALearnerDoes() throws Exception {
        try (Harness harness = harness(null)) {
            OperatorSubtaskState beforeTheFirstEvent = harness.snapshot();
            try (Harness restored = harness(beforeTheFirstEvent)) {
                restored.give("a", 0);

                // The first policy, then those of updates 100, with word of progress after 200 records.
                assertThat(restored.output.side(LearnerOperator.POLICIES))
                        .extracting(record -> record instanceof PolicySnapshot policy
                                ? "policy " + policy.getVersion()
                                : "progress " + ((LearnerProgress) record).getUpdate())
                        .containsExactly("policy 0", "policy 100", "progress 100");
            }
        }
    }

    @Test
    void shouldRefuseToGoOnWithOtherLearners() throws Exception {
        OperatorSubtaskState state;
        try (Harness harness = harness(null)) {
            harness.giveBoth(0, 1);
            state = harness.snapshot();
        }
        for (List<LearnerSpec> others : List.of(
                List.of(classifier("b", "s"), classifier("a", "s")),
                List.of(classifier("a", "s")),
                List.of(classifier("a", "s"), classifier("c", "s")))) {
            assertThatThrownBy(() -> new Harness(others, factory, new ScriptedSources(-1), state, 1, 0))
                    .rootCause()
                    .hasMessageContaining("goes on with the same learners in the same order")
                    .hasMessageContaining("or start anew");
        }
    }

    @Test
    void shouldRefuseALearnerThatWasFedFromElsewhere() throws Exception {
        OperatorSubtaskState state;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            harness.observe("a", 0);
            state = harness.snapshot();
        }

        assertThatThrownBy(() -> harness(state))
                .rootCause()
                .hasMessageContaining("must have had it from its beginning: learner=a");
    }

    @Test
    void shouldSayWhyALearnerCannotUseWhatItsSourceMakes() throws Exception {
        try (Harness harness = new Harness(TWO, factory, new ScriptedSources(3), null, 1, 0)) {
            assertThatThrownBy(() -> harness.give("a", 0))
                    .hasMessageContaining("learner=a sequence=3 reason=\"label out of range: label=99 classes=3\"");
        }
    }

    private static OperatorSubtaskState part(OperatorSubtaskState state, int from, int to, int subtask) {
        return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, LearnerKeys.KEY_GROUPS, from, to, subtask);
    }
}
