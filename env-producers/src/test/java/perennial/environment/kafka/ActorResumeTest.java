package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.environment.EnvironmentException;
import perennial.environment.actor.Players;
import perennial.learning.policy.EpsilonSchedule;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;
import perennial.v1.Transition;

class ActorResumeTest {

    private static final byte[] KEY = "breakout".getBytes(StandardCharsets.UTF_8);

    private final RecordCodec codec = new RecordCodec();
    private final ListLog log = new ListLog();

    @Test
    void shouldGoOnFromTheBeginningWhereNothingWasSaved() {
        List<Event> records = records(200);
        records.subList(0, 120).forEach(this::append);

        assertGoesOn(resume(null), records, 120);
    }

    @Test
    void shouldGoOnFromASavedStateAndReadNothingBeforeIt() {
        List<Event> records = records(200);
        records.subList(0, 120).forEach(this::append);

        TeamRecords team = resume(saved(90, 85));

        assertThat(log.read()).isEqualTo(120 - 85);
        assertGoesOn(team, records, 120);
    }

    @Test
    void shouldPassOverAStateThatIsAheadOfTheTopicOrDamaged() {
        List<Event> records = records(200);
        records.subList(0, 50).forEach(this::append);

        assertGoesOn(resume(saved(60, 40)), records, 50);
        assertGoesOn(resume(new byte[] {1, 2, 3}), records, 50);
    }

    @Test
    void shouldBeginANewStreamThoughAStateIsLeft() {
        assertGoesOn(resume(saved(60, 40)), records(100), 0);
    }

    @Test
    void shouldPassOverRecordsOfOtherStreams() {
        List<Event> records = records(60);
        records.subList(0, 30).forEach(record -> {
            append(record);
            log.append("other", new byte[] {1});
            log.append(null, null);
        });

        assertGoesOn(resume(null), records, 30);
    }

    @Test
    void shouldRefuseATopicWithOtherContent() {
        List<Event> records = records(40);
        Event changed = records.get(20);
        ((Transition) changed.getBody()).setReward(7);
        records.forEach(this::append);

        assertThatThrownBy(() -> resume(null))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("another stream of this name")
                .hasMessageContaining("actor=0 sequence=10");
    }

    @Test
    void shouldRefuseAnActionThatTheEnvironmentLacks() {
        List<Event> records = records(10);
        ((Transition) records.get(4).getBody()).setAction(6);
        records.forEach(this::append);

        assertThatThrownBy(() -> resume(null))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("actor=0 sequence=2");
    }

    @Test
    void shouldNameTheStateFolderWhereOldRecordsAreGone() {
        records(40).subList(11, 40).forEach(this::append);

        assertThatThrownBy(() -> resume(null))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("actor=0 sequence=0 foundActor=1 foundSequence=5")
                .hasMessageContaining("stateFolder=states");
    }

    @Test
    void shouldRefuseMoreRecordsThanTheStreamHas() {
        records(40).forEach(this::append);

        assertThatThrownBy(() -> new ActorResume(spec(10), log, KEY).team(null, last(), log.end()))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("more of the stream than it has");
    }

    @Test
    void shouldRefuseAnEnvironmentThatTheLearnerDoesNotLearn() {
        ActorStreamSpec other = new ActorStreamSpec(
                "s",
                1,
                actor -> perennial.environment.Environments.create("test/corridor", 1, java.util.Map.of()),
                1,
                new EpsilonSchedule(1, 1, 0, 0),
                0,
                0,
                spec(0).agent(),
                1,
                false,
                Path.of("states"),
                1);

        assertThatThrownBy(() -> new TeamRecords(other))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("actions=2 learnerActions=6");
    }

    private TeamRecords resume(byte[] saved) {
        return new ActorResume(spec(0), log, KEY).team(saved, last(), log.end());
    }

    private byte[] last() {
        byte[][] last = new byte[1][];
        log.read(0, log.end(), (key, value) -> {
            if (key != null && new String(key, StandardCharsets.UTF_8).equals("breakout")) {
                last[0] = value;
            }
        });
        log.forgetRead();
        return last[0];
    }

    private void append(Event record) {
        log.append("breakout", codec.encode(record));
    }

    private static byte[] saved(int records, long offset) {
        try (TeamRecords team = new TeamRecords(spec(0))) {
            for (int i = 0; i < records; i++) {
                team.next(null);
            }
            return team.save(offset);
        }
    }

    private static List<Event> records(int count) {
        List<Event> records = new ArrayList<>();
        try (TeamRecords team = new TeamRecords(spec(0))) {
            for (int i = 0; i < count; i++) {
                records.add(team.next(null));
            }
        }
        return records;
    }

    private static void assertGoesOn(TeamRecords team, List<Event> records, int from) {
        try (team) {
            assertThat(team.records()).isEqualTo(from);
            for (Event record : records.subList(from, records.size())) {
                assertThat(team.next(null)).isEqualTo(record);
            }
        }
    }

    private static ActorStreamSpec spec(long stepsPerActor) {
        return new ActorStreamSpec(
                "breakout",
                2,
                Players::changingBreakout,
                3,
                new EpsilonSchedule(1, 0.1, 10, 100),
                stepsPerActor,
                0,
                new AgentSpec("dqn", Players.TASK, Players.NETWORK, "cpu", "policies"),
                10,
                true,
                Path.of("states"),
                10);
    }
}
