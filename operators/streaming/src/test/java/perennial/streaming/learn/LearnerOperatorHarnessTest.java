package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perennial.streaming.Specs.classifier;
import static perennial.streaming.Specs.regressor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.weights.SafeTensors;
import perennial.schemas.RecordCodec;
import perennial.streaming.Specs;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.learn.LearnersHarness.RecordingFactory;
import perennial.v1.ActorPosition;
import perennial.v1.LearnerProgress;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;

class LearnerOperatorHarnessTest {

    private static final List<LearnerSpec> TWO = List.of(classifier("a", "s"), classifier("b", "s"));

    private final RecordingFactory factory = new RecordingFactory(false);

    @Test
    void shouldBeginALearnerAtItsFirstEvent() throws Exception {
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            assertThat(factory.made).isEmpty();

            harness.observe("b", 0);
            harness.observe("b", 1);

            assertThat(factory.made).hasSize(1);
            assertThat(harness.reports()).hasSize(1);
            PlasticityReport report = (PlasticityReport) harness.reports().get(0);
            assertThat(report.getLearner()).isEqualTo("b");
            assertThat(report.getPosition()).isEqualTo(1);
            assertThat(report.getLoss()).isEqualTo(1);
            assertThat(report.getTdError()).isNull();
        }
    }

    @Test
    void shouldSendPredictionsAndTaskSummaries() throws Exception {
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            harness.observe("a", 4);
            harness.reset("a", 5);

            assertThat(harness.predictions()).containsExactly(new Prediction("a", "s", 0, 4L, 1, 0.75f, null, 0L));
            TaskSummary summary = (TaskSummary) harness.reports().get(0);
            assertThat(summary.getPosition()).isEqualTo(5);
            assertThat(summary.getAverageOnlineAccuracy()).isNull();
            assertThat(summary.getLastLoss()).isEqualTo(4);
        }
    }

    @Test
    void shouldPublishAPolicyAtTheFirstEventAndEverySoManyUpdatesBeforeTheProgress() throws Exception {
        try (LearnersHarness harness =
                new LearnersHarness(TWO, factory, null, Map.of("a", new PolicyPublication(2, 4)))) {
            observe(harness, 0, 10);

            assertThat(harness.policies())
                    .extracting(LearnerOperatorHarnessTest::brief)
                    .containsExactly(
                            "policy 0 through 0",
                            "policy 2 through 3",
                            "progress 2 through 3",
                            "policy 4 through 7",
                            "progress 4 through 7");
            PolicySnapshot last = (PolicySnapshot) harness.policies().get(3);
            // What an actor needs, not what the learner trains.
            assertThat(SafeTensors.fromBytes(last.getTensors().array())
                            .get("output.weight")
                            .data())
                    .containsExactly(-8, 2);
        }
    }

    @Test
    void shouldPublishAfterARestoreWhatItWouldHavePublished() throws Exception {
        Map<String, PolicyPublication> publications = Map.of("a", new PolicyPublication(3, 5));
        List<byte[]> never;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null, publications)) {
            observe(harness, 0, 41);
            never = bytes(harness.policies());
        }

        List<byte[]> stopped = new ArrayList<>();
        OperatorSubtaskState state;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null, publications)) {
            observe(harness, 0, 17);
            stopped.addAll(bytes(harness.policies()));
            state = harness.snapshot();
        }
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, state, publications)) {
            observe(harness, 17, 41);
            stopped.addAll(bytes(harness.policies()));
        }

        assertThat(never).hasSizeGreaterThan(10);
        assertThat(stopped).containsExactlyElementsOf(never);
    }

    private static String brief(SpecificRecord record) {
        if (record instanceof PolicySnapshot policy) {
            return "policy " + policy.getVersion() + " through "
                    + policy.getTrainedThrough().get(0).getSequence();
        }
        LearnerProgress progress = (LearnerProgress) record;
        return "progress " + progress.getUpdate() + " through "
                + progress.getTrainedThrough().get(0).getSequence();
    }

    @Test
    void shouldGoOnAfterARestoreAsIfItHadNeverStopped() throws Exception {
        List<byte[]> never = new ArrayList<>();
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            observe(harness, 0, 41);
            never.addAll(bytes(harness.reports()));
            harness.endInput();
            never.addAll(bytes(harness.weights()));
        }

        List<byte[]> stopped = new ArrayList<>();
        OperatorSubtaskState state;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            observe(harness, 0, 17);
            stopped.addAll(bytes(harness.reports()));
            state = harness.snapshot();
            assertThat(harness.learnersInState()).isEqualTo(2);
        }
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, state)) {
            observe(harness, 17, 41);
            stopped.addAll(bytes(harness.reports()));
            harness.endInput();
            stopped.addAll(bytes(harness.weights()));
        }

        assertThat(never).hasSizeGreaterThan(30);
        assertThat(stopped).containsExactlyElementsOf(never);
    }

    /** Learners of every kind, with micro-batches begun, replay, traces and policies, after a failure between any two records. */
    @Test
    void shouldGoOnWithRealLearnersByteForByteFromEveryRecord() throws Exception {
        List<LearnerSpec> specs = List.of(
                classifier("a", "s"), regressor("b", "s"), Specs.qLearner("c", "s"), Specs.streamQLearner("d", "s"));
        EngineLearners engine = new EngineLearners("cpu");
        Map<String, PolicyPublication> publications = Map.of("c", new PolicyPublication(3, 5));
        List<OperatorSubtaskState> states = new ArrayList<>();
        List<Said> before = new ArrayList<>();
        Said never;
        try (LearnersHarness harness = new LearnersHarness(specs, engine, null, publications)) {
            for (int sequence = 0; sequence <= RECORDS; sequence++) {
                before.add(Said.by(harness));
                states.add(harness.snapshot());
                observeAll(harness, specs, sequence, Math.min(sequence + 1, RECORDS));
            }
            harness.endInput();
            never = Said.by(harness);
        }
        assertThat(never.reports()).hasSizeGreaterThan(60);

        for (int stop = 0; stop <= RECORDS; stop++) {
            try (LearnersHarness harness = new LearnersHarness(specs, engine, states.get(stop), publications)) {
                observeAll(harness, specs, stop, RECORDS);
                harness.endInput();

                assertThat(Said.by(harness)).as("after record " + stop).isEqualTo(never.since(before.get(stop)));
            }
        }
    }

    private static final int RECORDS = 30;

    /** Everything that learners have sent out, in bytes. */
    private record Said(List<String> reports, List<String> predictions, List<String> policies, List<String> weights) {

        static Said by(LearnersHarness harness) {
            return new Said(
                    texts(harness.reports()),
                    texts(harness.predictions()),
                    texts(harness.policies()),
                    texts(harness.weights()));
        }

        private static List<String> texts(List<? extends SpecificRecord> records) {
            return bytes(records).stream().map(HexFormat.of()::formatHex).toList();
        }

        Said since(Said before) {
            return new Said(
                    reports.subList(before.reports.size(), reports.size()),
                    predictions.subList(before.predictions.size(), predictions.size()),
                    policies.subList(before.policies.size(), policies.size()),
                    weights.subList(before.weights.size(), weights.size()));
        }
    }

    private static void observeAll(LearnersHarness harness, List<LearnerSpec> specs, int from, int to)
            throws Exception {
        for (int sequence = from; sequence < to; sequence++) {
            for (LearnerSpec spec : specs) {
                harness.give(spec.name(), Specs.event(spec, sequence));
            }
        }
    }

    @Test
    void shouldKeepLearnersThroughAStateOfAState() throws Exception {
        OperatorSubtaskState state;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            observe(harness, 0, 10);
            state = harness.snapshot();
        }
        // Only one of the learners sees events in between.
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, state)) {
            harness.observe("a", 10);
            state = harness.snapshot();
        }
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, state)) {
            harness.observe("b", 10);
            harness.observe("b", 11);

            assertThat(((PlasticityReport) harness.reports().get(0)).getRecordsSeen())
                    .isEqualTo(12);
        }
    }

    @Test
    void shouldKeepAllLearnersThroughOneTwoOneSubtasks() throws Exception {
        OperatorSubtaskState one;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            observe(harness, 0, 10);
            one = harness.snapshot();
        }
        factory.made.clear();
        try (LearnersHarness left = new LearnersHarness(TWO, factory, part(one, 1, 2, 0), 2, 0);
                LearnersHarness right = new LearnersHarness(TWO, factory, part(one, 1, 2, 1), 2, 1)) {
            assertThat(factory.made).hasSize(2);
            left.observe("a", 10);
            right.observe("b", 10);
            assertThat(left.learnersInState()).isEqualTo(1);
            assertThat(right.learnersInState()).isEqualTo(1);

            OperatorSubtaskState two =
                    AbstractStreamOperatorTestHarness.repackageState(left.snapshot(), right.snapshot());
            try (LearnersHarness again = new LearnersHarness(TWO, factory, part(two, 2, 1, 0))) {
                again.observe("a", 11);
                again.observe("b", 11);

                assertThat(again.reports())
                        .extracting(r -> ((PlasticityReport) r).getRecordsSeen())
                        .containsExactly(12L, 12L);
            }
        }
    }

    @Test
    void shouldSendWeightsWithHowFarEachActorWasUsed() throws Exception {
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            harness.observe("b", "t", 1, 5, 0);
            harness.observe("b", "s", 0, 7, 0);
            harness.observe("b", "t", 0, 9, 0);
            harness.observe("b", "t", 1, 6, 0);
            harness.observe("a", "s", 0, 8, 0);

            harness.endInput();

            assertThat(harness.weights()).extracting(PolicySnapshot::getLearner).containsExactly("a", "b");
            PolicySnapshot snapshot = harness.weights().get(1);
            assertThat(snapshot.getStream()).isEqualTo("t");
            assertThat(snapshot.getVersion()).isEqualTo(2);
            assertThat(snapshot.getChunk()).isZero();
            assertThat(snapshot.getChunks()).isEqualTo(1);
            assertThat(snapshot.getTrainedThrough())
                    .containsExactly(
                            new ActorPosition("s", 0, 7L),
                            new ActorPosition("t", 0, 9L),
                            new ActorPosition("t", 1, 6L));
            ByteBuffer tensors = snapshot.getTensors();
            byte[] bytes = new byte[tensors.remaining()];
            tensors.get(bytes);
            assertThat(SafeTensors.fromBytes(bytes).get("output.weight").data()).containsExactly(4, 2);
            assertThat(harness.reports())
                    .extracting(r -> r instanceof TaskSummary summary ? summary.getLearner() : "")
                    .endsWith("a", "b");
        }
    }

    @Test
    void shouldDropTheStateOfALearnerThatIsGone() throws Exception {
        OperatorSubtaskState state;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            observe(harness, 0, 4);
            state = harness.snapshot();
        }
        factory.made.clear();

        try (LearnersHarness harness = new LearnersHarness(List.of(classifier("b", "s")), factory, state)) {
            assertThat(factory.made).hasSize(1);
            assertThat(harness.learnersInState()).isEqualTo(1);
        }
    }

    @Test
    void shouldDropEventsOfALearnerThatIsGone() throws Exception {
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            harness.give(5, "gone", new Event());

            assertThat(factory.made).isEmpty();
        }
    }

    @Test
    void shouldSayWhyAStateDoesNotFitItsLearner() throws Exception {
        OperatorSubtaskState state;
        try (LearnersHarness harness = new LearnersHarness(TWO, factory, null)) {
            observe(harness, 0, 4);
            state = harness.snapshot();
        }

        assertThatThrownBy(
                        () -> new LearnersHarness(List.of(classifier("a", "s"), regressor("b", "s")), factory, state))
                .isInstanceOf(SuppressRestartsException.class)
                .rootCause()
                .hasMessageContaining(
                        "learner b cannot go on from its state: the state must be of the same task: learner=b");
    }

    @Test
    void shouldRefuseAConfigurationThatTheStateCannotFollow() throws Exception {
        OperatorSubtaskState state;
        try (LearnersHarness harness =
                new LearnersHarness(List.of(configured("{\"seed\":1,\"rate\":2}")), factory, null)) {
            harness.observe("a", 0);
            state = harness.snapshot();
        }

        assertThatThrownBy(() -> new LearnersHarness(List.of(configured("{\"seed\":3,\"rate\":2}")), factory, state))
                .isInstanceOf(SuppressRestartsException.class)
                .rootCause()
                .hasMessage(
                        "the state of learner a cannot follow a change of seed from 1 to 3; configure what was saved,"
                                + " or give the learner another name, under which it begins anew");
        int made = factory.made.size();
        try (LearnersHarness harness =
                new LearnersHarness(List.of(configured("{\"seed\":1,\"rate\":4,\"later\":5}")), factory, state)) {
            assertThat(factory.made).hasSize(made + 1);
            // What it is saved with from then on is what it is now.
            try (LearnersHarness later = new LearnersHarness(
                    List.of(configured("{\"seed\":1,\"rate\":9,\"later\":5}")), factory, harness.snapshot())) {
                assertThat(later.reports()).isEmpty();
                assertThat(factory.made).hasSize(made + 2);
            }
        }
    }

    private static LearnerSpec configured(String json) {
        return Specs.configured("a", json, Set.of("seed", "later"));
    }

    @Test
    void shouldCloseAllLearnersAfterAFailure() throws Exception {
        LearnersHarness harness = new LearnersHarness(TWO, factory, null);
        harness.observe("a", 0);
        harness.observe("b", 0);
        assertThatThrownBy(() -> harness.observe("a", "s", 0, 1, 2)).hasMessage("scripted failure");

        harness.close();

        assertThat(factory.made).hasSize(2).allMatch(ScriptedLearner::isClosed);
    }

    @Test
    void shouldCloseAllLearnersAlthoughOneFailsTo() throws Exception {
        RecordingFactory failing = new RecordingFactory(true);
        LearnersHarness harness = new LearnersHarness(TWO, failing, null);
        harness.observe("a", 0);
        harness.observe("b", 0);

        assertThatThrownBy(harness::closeLoudly)
                .hasMessageContaining("scripted failure to close")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(failing.made).hasSize(2).allMatch(ScriptedLearner::isClosed);
    }

    private static void observe(LearnersHarness harness, long from, long to) throws Exception {
        for (long sequence = from; sequence < to; sequence++) {
            if (sequence % 13 == 12) {
                harness.reset("a", sequence);
            } else {
                harness.observe("a", sequence);
            }
            harness.observe("b", sequence);
        }
    }

    private static OperatorSubtaskState part(OperatorSubtaskState state, int from, int to, int subtask) {
        return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, LearnerKeys.KEY_GROUPS, from, to, subtask);
    }

    private static List<byte[]> bytes(List<? extends SpecificRecord> records) {
        RecordCodec codec = new RecordCodec();
        return records.stream().map(codec::encode).toList();
    }
}
