package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static perennial.streaming.Specs.classifier;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.RecordCodec;
import perennial.streaming.Specs;
import perennial.streaming.learn.LearnersHarness.RecordingFactory;
import perennial.streaming.types.LearnerCommand;
import perennial.v1.ActorPosition;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.Pause;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Resume;
import perennial.v1.Retire;
import perennial.v1.RollBack;
import perennial.v1.ScheduleKind;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;
import perennial.v1.TakeSnapshot;
import perennial.v1.TaskSummary;

class ControlledLearnerOperatorHarnessTest {

    private static final int EVENTS = 45;
    private static final List<LearnerSpec> TWO = List.of(classifier("a", "s"), classifier("b", "s"));

    private final RecordingFactory scripted = new RecordingFactory(false);

    @Test
    void shouldTellWhatWasDoneAndAtWhichPlace() throws Exception {
        try (ControlledLearnersHarness harness = real(null)) {
            observe(harness, "a", 0, 7);
            harness.tell(new ControlCommand("1", "a", null, "too fast", new SetRate(0.001)));
            observe(harness, "a", 7, 12);

            assertThat(harness.audits())
                    .containsExactly(new ControlAudit(
                            "a",
                            "1",
                            "setRate",
                            ControlOutcome.APPLIED,
                            "the learning rate is 0.001, constant",
                            2L,
                            null,
                            List.of(new ActorPosition("s", 0, 6L)),
                            "too fast"));
            assertThat(reports(harness))
                    .extracting(PlasticityReport::getLearningRate)
                    .containsExactly(0.01, 0.01, 0.001, 0.001);
        }
    }

    @Test
    void shouldCarryACommandOutOnceHoweverOftenItComes() throws Exception {
        ControlCommand pause = new ControlCommand("1", "a", null, "", new Pause());
        OperatorSubtaskState state;
        try (ControlledLearnersHarness harness = scripted(null)) {
            harness.tell(pause);
            harness.tell(pause);
            assertThat(harness.audits()).hasSize(1);
            state = harness.snapshot();
        }
        try (ControlledLearnersHarness harness = scripted(state)) {
            harness.tell(pause);
            assertThat(harness.audits()).isEmpty();
        }
    }

    @Test
    void shouldLetACommandWaitForItsUpdate() throws Exception {
        try (ControlledLearnersHarness harness = scripted(null)) {
            harness.tell(new ControlCommand("late", "a", 3L, "", new Resume()));
            harness.tell(new ControlCommand("early", "a", 2L, "", new Pause()));
            observe(harness, "a", 0, 7);
            harness.tell(new ControlCommand("past", "a", 3L, "", new Pause()));

            assertThat(harness.audits())
                    .extracting(ControlAudit::getCommand, ControlAudit::getOutcome, ControlAudit::getUpdate)
                    .containsExactly(
                            tuple("late", ControlOutcome.SCHEDULED, 0L),
                            tuple("early", ControlOutcome.SCHEDULED, 0L),
                            tuple("early", ControlOutcome.APPLIED, 2L),
                            tuple("late", ControlOutcome.APPLIED, 3L),
                            tuple("past", ControlOutcome.REFUSED, 3L));
            // At once when the update was made, before the next event.
            assertThat(harness.audits().get(2).getTrainedThrough()).containsExactly(new ActorPosition("s", 0, 3L));
            assertThat(harness.audits().get(4).getDetail())
                    .isEqualTo("the update must lie ahead: atUpdate=3 updates=3; name a later one, or none");
        }
    }

    @Test
    void shouldSayWhyACommandCannotBeCarriedOut() throws Exception {
        try (ControlledLearnersHarness harness = real(null)) {
            harness.tell(new ControlCommand("1", "a", null, "", new SetRate(Double.NaN)));
            harness.tell(new ControlCommand("2", "a", null, "", new SetRate(-1.0)));
            harness.tell(new ControlCommand(
                    "3", "a", null, "", new SetSchedule(ScheduleKind.LINEAR, null, 0.0, 0L, 0.0, 0L, false)));
            harness.tell(new ControlCommand("4", "a", null, "", new RollBack(null)));
            harness.tell(new ControlCommand("5", "c", null, "", new Pause()));
            harness.tell(new ControlCommand(
                    "6", "a", null, "", new SetSchedule(ScheduleKind.OTHER, null, 0.0, 0L, 0.0, 0L, false)));

            assertThat(harness.audits()).extracting(ControlAudit::getOutcome).containsOnly(ControlOutcome.REFUSED);
            assertThat(harness.audits())
                    .extracting(ControlAudit::getDetail)
                    .satisfiesExactly(
                            text -> assertThat(text).endsWith("learningRate=NaN"),
                            text -> assertThat(text).endsWith("learningRate=-1.0"),
                            text -> assertThat(text).isEqualTo("updates must be at least 1: updates=0"),
                            text -> assertThat(text).startsWith("the learner has no snapshot to go back to"),
                            text -> assertThat(text).isEqualTo("no learner of the job has this name: learners=[a, b]"),
                            text -> assertThat(text).contains("run a newer version"));
        }
    }

    @Test
    void shouldSendOnALetterAboutWhatIsNoCommand() throws Exception {
        DeadLetter letter = new DeadLetter(
                ByteBuffer.wrap(new byte[] {1}),
                null,
                List.of(),
                "control",
                0,
                3L,
                DeadLetterReason.UNDECODABLE,
                "no command");
        try (ControlledLearnersHarness harness = scripted(null)) {
            harness.give(new LearnerCommand(0, "", letter));

            assertThat(harness.deadLetters()).containsExactly(letter);
            assertThat(harness.main()).isEmpty();
        }
    }

    @Test
    void shouldPublishThePolicyOfAnyLearnerWhenASnapshotIsTaken() throws Exception {
        try (ControlledLearnersHarness harness = real(null)) {
            observe(harness, "a", 0, 9);
            harness.tell(new ControlCommand("1", "a", null, "", new TakeSnapshot()));

            assertThat(harness.policies()).singleElement().isInstanceOfSatisfying(PolicySnapshot.class, policy -> {
                assertThat(policy.getVersion()).isEqualTo(3);
                assertThat(policy.getTrainedThrough()).containsExactly(new ActorPosition("s", 0, 8L));
            });
            assertThat(harness.audits().get(0).getDetail())
                    .isEqualTo("a snapshot of update 3 is kept, and published as a policy");
        }
    }

    @Test
    void shouldRetireALearnerForGood() throws Exception {
        OperatorSubtaskState state;
        try (ControlledLearnersHarness harness = scripted(null)) {
            observe(harness, "a", 0, 5);
            observe(harness, "b", 0, 5);
            harness.tell(new ControlCommand("never", "a", 100L, "", new Pause()));
            harness.tell(new ControlCommand("1", "a", 3L, "", new Retire()));
            observe(harness, "a", 5, 9);

            assertThat(scripted.made.get(0).isClosed()).isTrue();
            assertThat(harness.main())
                    .filteredOn(TaskSummary.class::isInstance)
                    .singleElement()
                    .returns("a", summary -> ((TaskSummary) summary).getLearner());
            assertThat(harness.audits())
                    .extracting(ControlAudit::getCommand, ControlAudit::getOutcome)
                    .endsWith(tuple("1", ControlOutcome.APPLIED), tuple("never", ControlOutcome.REFUSED));
            state = harness.snapshot();
        }
        try (ControlledLearnersHarness harness = scripted(state)) {
            observe(harness, "a", 9, 20);
            harness.tell(new ControlCommand("1", "a", 3L, "", new Retire()));
            harness.tell(new ControlCommand("2", "a", null, "", new Resume()));
            harness.tell(new ControlCommand("2", "a", null, "", new Resume()));
            observe(harness, "b", 5, 7);
            harness.endEvents();

            assertThat(harness.audits())
                    .singleElement()
                    .returns("2", ControlAudit::getCommand)
                    .returns(
                            "the learner is retired; a learner under a new name takes its place",
                            ControlAudit::getDetail)
                    .returns(3L, ControlAudit::getUpdate);
            assertThat(reports(harness))
                    .extracting(PlasticityReport::getLearner)
                    .containsOnly("b");
            state = harness.snapshot();
        }
        // The refused command, too, is remembered.
        try (ControlledLearnersHarness harness = scripted(state)) {
            harness.tell(new ControlCommand("2", "a", null, "", new Resume()));
            observe(harness, "a", 20, 30);
            assertThat(harness.main()).isEmpty();
        }
    }

    /**
     * Commands of every kind, with and without an update of their own: wherever the job stops and goes on, what comes out is what would
     * have come.
     */
    @Test
    void shouldGoOnAfterARestoreAnywhereAsIfItHadNeverStopped() throws Exception {
        List<byte[]> never;
        try (ControlledLearnersHarness harness = real(null)) {
            play(harness, 0, EVENTS);
            harness.endEvents();
            never = bytes(harness.main());
        }
        for (int stop = 0; stop <= EVENTS; stop++) {
            List<byte[]> stopped = new ArrayList<>();
            OperatorSubtaskState state;
            try (ControlledLearnersHarness harness = real(null)) {
                play(harness, 0, stop);
                stopped.addAll(bytes(harness.main()));
                state = harness.snapshot();
            }
            try (ControlledLearnersHarness harness = real(state)) {
                play(harness, stop, EVENTS);
                harness.endEvents();
                stopped.addAll(bytes(harness.main()));
            }

            assertThat(stopped).as("stop " + stop).containsExactlyElementsOf(never);
        }
    }

    /** Whoever writes another rate into the configuration means it, also where a command set one before. */
    @Test
    void shouldLetAChangedConfigurationSupersedeTheRateOfACommand() throws Exception {
        ControlCommand slower = new ControlCommand("slower", "a", null, "too fast", new SetRate(0.001));
        OperatorSubtaskState set = stateAfter(null, rateInConfiguration("0.01", 1), harness -> harness.tell(slower));
        OperatorSubtaskState kept = stateAfter(set, rateInConfiguration("0.01", 2), harness -> {
            observe(harness, "a", 9, 12);
            assertThat(harness.audits()).isEmpty();
            assertThat(reports(harness))
                    .extracting(PlasticityReport::getLearningRate)
                    .containsExactly(0.001);
        });
        OperatorSubtaskState superseded = stateAfter(kept, rateInConfiguration("0.02", 2), harness -> {
            // Told before there is any event, so that it is on record however long none comes.
            assertThat(harness.audits())
                    .containsExactly(new ControlAudit(
                            "a",
                            "slower",
                            "setRate",
                            ControlOutcome.SUPERSEDED,
                            "the configuration was changed after the command: optimiser.learningRate from 0.01 to 0.02; the"
                                    + " learning rate is as configured: 0.01, constant",
                            4L,
                            null,
                            List.of(new ActorPosition("s", 0, 11L)),
                            "too fast"));
            observe(harness, "a", 12, 15);
            assertThat(reports(harness))
                    .extracting(PlasticityReport::getLearningRate)
                    .containsExactly(0.01);
        });
        // Once is enough, and a command that was superseded does not come back with the configuration that it was sent
        // under.
        stateAfter(superseded, rateInConfiguration("0.01", 2), harness -> {
            assertThat(harness.audits()).isEmpty();
            harness.tell(slower);
            observe(harness, "a", 15, 18);
            assertThat(reports(harness))
                    .extracting(PlasticityReport::getLearningRate)
                    .containsExactly(0.01);
        });
    }

    /** A schedule that a command ended by itself is no more than the configuration's, and nothing that a change could end. */
    @Test
    void shouldSupersedeNothingWhereACommandWentBackToTheConfiguration() throws Exception {
        OperatorSubtaskState state = stateAfter(null, rateInConfiguration("0.01", 1), harness -> {
            harness.tell(new ControlCommand("1", "a", null, "", new SetRate(0.001)));
            harness.tell(new ControlCommand(
                    "2", "a", null, "", new SetSchedule(ScheduleKind.CONFIGURED, null, 0.0, 0L, 0.0, 0L, false)));
        });

        stateAfter(state, rateInConfiguration("0.02", 1), harness -> {
            assertThat(harness.audits()).isEmpty();
        });
    }

    /** What is done with an operator, and what it may throw. */
    private interface Part {
        void play(ControlledLearnersHarness harness) throws Exception;
    }

    /** Lets a learner go on from a state with nine events and that part, and stops it again. */
    private static OperatorSubtaskState stateAfter(OperatorSubtaskState before, LearnerSpec spec, Part part)
            throws Exception {
        try (ControlledLearnersHarness harness =
                new ControlledLearnersHarness(List.of(spec), new EngineLearners("cpu"), before)) {
            if (before == null) {
                observe(harness, "a", 0, 9);
            }
            part.play(harness);
            return harness.snapshot();
        }
    }

    private static LearnerSpec rateInConfiguration(String rate, int reportsEvery) {
        return Specs.configured(
                "a",
                "{\"optimiser\":{\"type\":\"adam\",\"learningRate\":" + rate + "},\"schedule\":{\"type\":\"constant\"},"
                        + "\"metrics\":{\"every\":" + reportsEvery + "}}",
                Set.of());
    }

    private static void play(ControlledLearnersHarness harness, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            switch (i) {
                case 4 -> {
                    harness.tell(new ControlCommand("at-5", "a", 5L, "", new SetRate(0.002)));
                    harness.tell(new ControlCommand("at-9", "a", 9L, "", new RollBack(null)));
                    harness.tell(new ControlCommand("at-12", "b", 12L, "", new Retire()));
                }
                case 10 -> harness.tell(new ControlCommand("keep", "a", null, "", new TakeSnapshot()));
                case 17 -> harness.tell(new ControlCommand("pause", "a", null, "", new Pause()));
                case 24 -> harness.tell(new ControlCommand("resume", "a", null, "", new Resume()));
                case 37 ->
                    harness.tell(new ControlCommand(
                            "cosine",
                            "a",
                            null,
                            "",
                            new SetSchedule(ScheduleKind.COSINE, 0.01, 0.0, 9L, 0.0, 2L, true)));
                default -> {}
            }
            observe(harness, "a", i, i + 1);
            observe(harness, "b", i, i + 1);
        }
    }

    private static void observe(ControlledLearnersHarness harness, String learner, long from, long to)
            throws Exception {
        for (long sequence = from; sequence < to; sequence++) {
            Event event = new Event();
            event.stream = "s";
            event.sequence = sequence;
            event.label = (int) (sequence % 2);
            float[] features = event.features.resizeFloats(4);
            for (int i = 0; i < features.length; i++) {
                features[i] = (sequence * 7 + i * 3) % 11 / 11f;
            }
            harness.observe(learner, event);
        }
    }

    private static List<PlasticityReport> reports(ControlledLearnersHarness harness) {
        return harness.main().stream()
                .filter(PlasticityReport.class::isInstance)
                .map(PlasticityReport.class::cast)
                .toList();
    }

    private static List<byte[]> bytes(List<SpecificRecord> records) {
        RecordCodec codec = new RecordCodec();
        return records.stream().map(codec::encode).toList();
    }

    private static ControlledLearnersHarness real(OperatorSubtaskState state) throws Exception {
        return new ControlledLearnersHarness(TWO, new EngineLearners("cpu"), state);
    }

    private ControlledLearnersHarness scripted(OperatorSubtaskState state) throws Exception {
        return new ControlledLearnersHarness(TWO, scripted, state);
    }
}
