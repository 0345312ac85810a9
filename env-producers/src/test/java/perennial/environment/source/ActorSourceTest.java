package perennial.environment.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.environment.Environments;
import perennial.environment.actor.ActorTeam;
import perennial.environment.actor.Players;
import perennial.environment.actor.TeamSpec;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.QLearner;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.learning.policy.EpsilonSchedule;
import perennial.learning.policy.Policy;
import perennial.learning.state.LearnerState;

class ActorSourceTest {

    private static final LearnerSpec LEARNER = Players.learner(3);

    private static final LearnerOutput NOWHERE = new LearnerOutput() {
        @Override
        public void report(Report report) {}

        @Override
        public void taskSummary(TaskSummary summary) {}

        @Override
        public void prediction(Prediction prediction) {}
    };

    /** Weights that the learner had after so many records. */
    private record Published(long position, NamedTensors weights) {}

    private static TeamSpec team(long steps) {
        return new TeamSpec(
                "breakout", 2, Players::changingBreakout, 7, new EpsilonSchedule(1, 0.1, 10, 100), steps, Players.TASK);
    }

    private static QLearner learner() {
        return (QLearner) Learners.create(LEARNER, "cpu");
    }

    private static ActorSource source(QLearner learner, long steps, long maxLead, long policyEvery) {
        return new ActorSource(team(steps), maxLead, policyEvery, LEARNER, learner, "cpu");
    }

    /** All records until the source is done, each learned from. */
    private static List<Event> play(ActorSource source, QLearner learner, int count) {
        List<Event> records = new ArrayList<>();
        while (records.size() < count && !source.isDone()) {
            Event copy = new Event();
            copy.copyFrom(source.next());
            learner.observe(copy, NOWHERE);
            records.add(copy);
        }
        return records;
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 3", "1, 1", "30, 1", "30, 4", "500, 7"})
    void shouldActWithTheNewestPolicyThatIsOldEnough(long maxLead, long policyEvery) {
        List<Event> expected = new ArrayList<>();
        List<Published> published = new ArrayList<>();
        try (QLearner learner = learner();
                ActorTeam team = new ActorTeam(team(300))) {
            long updates = 0;
            while (!team.isDone()) {
                Published due = null;
                for (Published one : published) {
                    due = one.position() <= team.records() - maxLead ? one : due;
                }
                Event copy = new Event();
                if (due == null) {
                    copy.copyFrom(team.next(null));
                } else {
                    try (Policy policy = new Policy(Players.TASK, Players.NETWORK, due.weights(), new CpuEngine())) {
                        copy.copyFrom(team.next(policy));
                    }
                }
                learner.observe(copy, NOWHERE);
                expected.add(copy);
                if (expected.size() == 1 || learner.updates() / policyEvery > updates / policyEvery) {
                    published.add(new Published(expected.size(), learner.policyWeights()));
                }
                updates = learner.updates();
            }
        }

        try (QLearner learner = learner();
                ActorSource source = source(learner, 300, maxLead, policyEvery)) {
            List<Event> records = play(source, learner, Integer.MAX_VALUE);

            assertThat(source.isDone()).isTrue();
            assertThat(records).hasSizeGreaterThan(600);
            assertSame(records, expected);
        }
    }

    /** As with the stops below, after every record of a shorter play. */
    @ParameterizedTest
    @CsvSource({"0, 1", "0, 3", "15, 2"})
    void shouldGoOnFromEveryRecord(long maxLead, long policyEvery) {
        List<byte[]> sources = new ArrayList<>();
        List<LearnerState> learners = new ArrayList<>();
        List<Event> never = new ArrayList<>();
        try (QLearner learner = learner();
                ActorSource source = source(learner, 40, maxLead, policyEvery)) {
            while (!source.isDone()) {
                sources.add(source.save());
                learners.add(learner.state());
                never.addAll(play(source, learner, 1));
            }
            assertThat(learner.updates()).isGreaterThan(10);
        }

        for (int stop = 0; stop < never.size(); stop++) {
            try (QLearner learner = (QLearner) Learners.restore(LEARNER, "cpu", learners.get(stop));
                    ActorSource source = source(learner, 40, maxLead, policyEvery)) {
                source.restore(sources.get(stop));

                assertSame(play(source, learner, Integer.MAX_VALUE), never.subList(stop, never.size()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "0, 1, 200", "0, 4, 200", "30, 1, 1", "30, 1, 31", "30, 4, 250", "500, 1, 300"})
    void shouldGoOnAfterARestoreAsIfItHadNeverStopped(long maxLead, long policyEvery, int stop) {
        List<Event> never;
        try (QLearner learner = learner();
                ActorSource source = source(learner, 200, maxLead, policyEvery)) {
            never = play(source, learner, Integer.MAX_VALUE);
        }
        List<Event> stopped;
        byte[] saved;
        QLearner restored;
        try (QLearner learner = learner();
                ActorSource source = source(learner, 200, maxLead, policyEvery)) {
            stopped = play(source, learner, stop);
            saved = source.save();
            assertThat(source.save()).isEqualTo(saved);
            restored = (QLearner) Learners.restore(LEARNER, "cpu", learner.state());
        }
        try (restored;
                ActorSource source = source(restored, 200, maxLead, policyEvery)) {
            source.restore(saved);
            assertThat(source.save()).isEqualTo(saved);
            stopped.addAll(play(source, restored, Integer.MAX_VALUE));
        }

        assertSame(stopped, never);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "20, 2"})
    void shouldAllocateNothingInSteadyState(long maxLead, long policyEvery) {
        TeamSpec breakout = new TeamSpec(
                "breakout",
                1,
                actor -> Environments.create("minatar/breakout", 1, Map.of()),
                7,
                new EpsilonSchedule(0.1, 0.1, 0, 0),
                1_000_000,
                Players.TASK);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (QLearner learner = learner();
                ActorSource source = new ActorSource(breakout, maxLead, policyEvery, LEARNER, learner, "cpu")) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 400; i++) {
                    learner.observe(source.next(), NOWHERE);
                }
                // The least of several rounds: the compiler's own doings and reports fall into some of them.
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(learner.updates()).isGreaterThan(3000);
            assertThat(least).as("bytes allocated in 400 records").isZero();
        }
    }

    @Test
    void shouldRefuseAStateOfOtherActorsOrAnotherNetwork() {
        try (QLearner learner = learner();
                ActorSource source = source(learner, 200, 5, 1)) {
            play(source, learner, 100);
            byte[] saved = source.save();
            byte[] damaged = saved.clone();
            damaged[50] ^= 1;

            assertThatThrownBy(() -> source(learner, 200, 5, 1).restore(damaged))
                    .hasMessageContaining("damaged");
            assertThatThrownBy(() -> source(learner, 200, 5, 1).restore(new byte[5]))
                    .hasMessageContaining("not the saved state");
            TeamSpec three = new TeamSpec(
                    "breakout",
                    3,
                    Players::changingBreakout,
                    7,
                    new EpsilonSchedule(1, 0.1, 10, 100),
                    200,
                    Players.TASK);
            assertThatThrownBy(() -> new ActorSource(three, 5, 1, LEARNER, learner, "cpu").restore(saved))
                    .hasMessageContaining("as many actors: actors=3 saved=2");
        }
    }

    @Test
    void shouldRefuseActorsWithoutEnd() {
        try (QLearner learner = learner()) {
            assertThatThrownBy(() -> source(learner, 0, 0, 1)).hasMessageContaining("steps=0");
            assertThatThrownBy(() -> source(learner, 1, -1, 1)).hasMessageContaining("maxLead=-1");
            assertThatThrownBy(() -> source(learner, 1, 0, 0)).hasMessageContaining("policyEvery=0");
        }
    }

    private static void assertSame(List<Event> found, List<Event> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(content(found.get(i))).as("record " + i).isEqualTo(content(expected.get(i)));
        }
    }

    /** What means something in a record of its kind. */
    private static List<Object> content(Event record) {
        List<Object> content = new ArrayList<>(List.of(record.kind, record.stream, record.actor, record.sequence));
        switch (record.kind) {
            case TRANSITION -> {
                content.addAll(List.of(record.features, record.action, record.reward, record.terminal));
                content.addAll(List.of(record.truncated, record.episode, record.hasNextObservation));
                content.add(record.hasNextObservation ? record.nextObservation : null);
            }
            case EPISODE_END -> content.addAll(List.of(record.episode, record.episodeReturn, record.episodeLength));
            case LABEL_RESET -> content.addAll(List.of(record.task, record.resetKind));
            case EXAMPLE -> throw new IllegalStateException("actors make no examples");
        }
        return content;
    }
}
