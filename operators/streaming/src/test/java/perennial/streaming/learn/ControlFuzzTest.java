package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.streaming.Mutations;
import perennial.streaming.Specs;
import perennial.streaming.assign.CommandAssignment;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.RawRecord;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.Pause;
import perennial.v1.PlasticityReport;
import perennial.v1.Resume;
import perennial.v1.Retire;
import perennial.v1.RollBack;
import perennial.v1.ScheduleKind;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;
import perennial.v1.TakeSnapshot;

/**
 * A control topic with anything on it, from its bytes to the learners: nothing is thrown, every record leaves an audit or a dead letter, and
 * the learners that are not retired go on.
 */
class ControlFuzzTest {

    private static final int LARGEST = 4096;
    private static final List<LearnerSpec> LEARNERS =
            List.of(Specs.classifier("a", "s"), Specs.qLearner("q", "s"), Specs.streamQLearner("stream", "s"));

    private static final double[] NUMBERS = {
        0,
        -0.0,
        1e-3,
        -1e-3,
        Double.MIN_VALUE,
        1e30,
        1e300,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private static final long[] COUNTS = {
        0, 1, 2, -1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE
    };

    private final LearnerKeys keys =
            LearnerKeys.of(LEARNERS.stream().map(LearnerSpec::name).toList());
    private final CommandAssignment assignment =
            new CommandAssignment(LEARNERS.stream().map(LearnerSpec::name).toList(), keys, LARGEST);
    private final RecordCodec codec = new RecordCodec();

    /** What was addressed to learners of the job: of each the second is passed over. */
    private final Set<String> addressed = new HashSet<>();

    private long offset;
    private long sequence;

    @Property(tries = 60)
    void shouldSurviveAnyBytes(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        addressed.clear();
        sequence = 0;
        try (ControlledLearnersHarness harness = harness(null)) {
            for (int i = 0; i < 40; i++) {
                give(harness, bytes(random));
                observe(harness, 1);
            }
            restartAndLearn(harness);
        }
    }

    private byte[] bytes(Random random) {
        if (random.nextInt(10) == 0) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            return bytes;
        }
        ControlCommand command = command(Integer.toString(random.nextInt(50)), body(random));
        command.setLearner(List.of("a", "q", "*", "?", "nobody", "", "\u0000").get(random.nextInt(7)));
        command.setAtUpdate(random.nextInt(3) > 0 ? null : COUNTS[random.nextInt(COUNTS.length)]);
        byte[] bytes = random.nextBoolean() ? codec.encode(command) : JsonRecords.toJsonBytes(command);
        return switch (random.nextInt(4)) {
            case 0 -> bytes;
            case 1 -> Arrays.copyOf(bytes, LARGEST + random.nextInt(2));
            default -> Mutations.of(bytes, random);
        };
    }

    private static Object body(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> new SetRate(number(random));
            case 1 ->
                new SetSchedule(
                        ScheduleKind.values()[random.nextInt(ScheduleKind.values().length)],
                        random.nextBoolean() ? null : Double.valueOf(number(random)),
                        number(random),
                        count(random),
                        number(random),
                        count(random),
                        random.nextBoolean());
            case 2 -> new Pause();
            case 3 -> new Resume();
            case 4 -> new TakeSnapshot();
            case 5 -> random.nextInt(10) == 0 ? new Retire() : new Resume();
            default -> new RollBack(random.nextBoolean() ? null : Long.valueOf(count(random)));
        };
    }

    private static double number(Random random) {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private static long count(Random random) {
        return COUNTS[random.nextInt(COUNTS.length)];
    }

    /** Each value that makes no sense, alone, so that none hides another. */
    @Example
    void shouldRefuseAbsurdValuesOrCarryThemOut() throws Exception {
        List<Object> bodies = new ArrayList<>();
        for (double number : NUMBERS) {
            bodies.add(new SetRate(number));
            for (ScheduleKind kind : ScheduleKind.values()) {
                bodies.add(new SetSchedule(kind, number, 0.0, 10L, 0.0, 2L, true));
                bodies.add(new SetSchedule(kind, null, number, 10L, 0.0, 2L, false));
                bodies.add(new SetSchedule(kind, null, 0.0, 10L, number, 2L, false));
            }
        }
        for (long count : COUNTS) {
            bodies.add(new RollBack(count));
            for (ScheduleKind kind : ScheduleKind.values()) {
                bodies.add(new SetSchedule(kind, 1e-3, 0.0, count, 0.0, 0L, true));
                bodies.add(new SetSchedule(kind, 1e-3, 0.0, Long.MAX_VALUE, 0.0, count, false));
            }
        }
        List<ControlCommand> commands = new ArrayList<>();
        for (Object body : bodies) {
            commands.add(command("body-" + commands.size(), body));
        }
        for (long update : COUNTS) {
            ControlCommand at = command("at-" + update, new Pause());
            at.setAtUpdate(update);
            commands.add(at);
        }
        try (ControlledLearnersHarness harness = harness(null)) {
            for (ControlCommand command : commands) {
                give(harness, codec.encode(command));
                observe(harness, 4);
                // A rate of 1e300 leads to divergences, after which a learner stops; and some of these pause it.
                give(harness, codec.encode(command("resume-" + command.getId(), new Resume())));
            }
            assertThat(harness.audits()).extracting(ControlAudit::getOutcome).contains(ControlOutcome.values()[0]);
            List<String> carriedOut = harness.audits().stream()
                    .filter(audit -> audit.getOutcome() == ControlOutcome.APPLIED)
                    .map(ControlAudit::getDetail)
                    .toList();
            assertThat(carriedOut).noneMatch(text -> text.contains("NaN") || text.contains("Infinity"));
            assertThat(harness.audits())
                    .filteredOn(audit -> audit.getOutcome() == ControlOutcome.REFUSED)
                    .allSatisfy(
                            audit -> assertThat(audit.getDetail()).isNotBlank().hasSizeLessThan(500));
            restartAndLearn(harness);
        }
    }

    private static ControlCommand command(String id, Object body) {
        return new ControlCommand(id, "*", null, "", body);
    }

    /** Gives a record to the learners that it is for, and looks that each tells of it. */
    private void give(ControlledLearnersHarness harness, byte[] value) throws Exception {
        List<LearnerCommand> found = new ArrayList<>();
        assignment.assign(new RawRecord(null, value, "control", 0, offset++), found::add);
        assertThat(found).isNotEmpty();
        for (LearnerCommand command : found) {
            int letters = harness.deadLetters().size();
            int audits = harness.audits().size();
            harness.give(command);
            if (command.record() instanceof ControlCommand told) {
                boolean isOfTheJob = keys.asMap().containsKey(command.learner());
                boolean isNew = addressed.add(command.learner() + " " + told.getId());
                if (isNew || !isOfTheJob) {
                    assertThat(harness.audits()).as(told.toString()).hasSizeGreaterThan(audits);
                }
            } else {
                assertThat(harness.deadLetters()).hasSize(letters + 1);
            }
        }
    }

    private void observe(ControlledLearnersHarness harness, int events) throws Exception {
        for (int i = 0; i < events; i++) {
            for (LearnerSpec learner : LEARNERS) {
                harness.observe(learner.name(), Specs.event(learner, sequence));
            }
            sequence++;
        }
    }

    /** The state can be read, and whoever is not retired learns when it is told the ordinary. */
    private void restartAndLearn(ControlledLearnersHarness told) throws Exception {
        OperatorSubtaskState state = told.snapshot();
        List<String> retired = told.audits().stream()
                .filter(audit -> audit.getAction().equals("retire") && audit.getOutcome() == ControlOutcome.APPLIED)
                .map(ControlAudit::getLearner)
                .toList();
        try (ControlledLearnersHarness harness = harness(state)) {
            give(harness, codec.encode(command("the-last-rate", new SetRate(1e-3))));
            give(harness, codec.encode(command("the-last-resume", new Resume())));
            observe(harness, 30);

            assertThat(LEARNERS.stream().map(LearnerSpec::name).filter(name -> !retired.contains(name)))
                    .allSatisfy(name -> assertThat(harness.main()).anySatisfy(record -> assertThat(record)
                            .isInstanceOfSatisfying(PlasticityReport.class, report -> assertThat(report.getLearner())
                                    .isEqualTo(name))));
        }
    }

    private static ControlledLearnersHarness harness(OperatorSubtaskState state) throws Exception {
        return new ControlledLearnersHarness(LEARNERS, new EngineLearners("cpu"), state);
    }
}
