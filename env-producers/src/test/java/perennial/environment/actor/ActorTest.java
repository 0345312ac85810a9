package perennial.environment.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import perennial.environment.Environments;
import perennial.learning.event.Event;
import perennial.learning.policy.EpsilonSchedule;
import perennial.learning.policy.Policy;

class ActorTest {

    private static final EpsilonSchedule EXPLORING = new EpsilonSchedule(0.5, 0.1, 10, 100);
    private static final EpsilonSchedule GREEDY = new EpsilonSchedule(0, 0, 0, 0);

    private final Policy policy = Players.policy(1);

    @AfterEach
    void closePolicy() {
        policy.close();
    }

    @Test
    void shouldGiveTheNextObservationAtAnEpisodesEndOnlyAndThenItsReturn() {
        List<Event> records = records(actor(0, EXPLORING), 400);

        int episodes = 0;
        double sum = 0;
        long length = 0;
        for (int i = 0; i < records.size(); i++) {
            Event record = records.get(i);
            assertThat(record.sequence).isEqualTo(i);
            if (record.kind == Event.Kind.TRANSITION) {
                assertThat(Players.TASK.rejectionOf(record)).isNull();
                assertThat(record.hasNextObservation).isEqualTo(record.terminal || record.truncated);
                assertThat(record.episode).isEqualTo(episodes);
                sum += record.reward;
                length++;
            } else if (record.kind == Event.Kind.EPISODE_END) {
                assertThat(records.get(i - 1).hasNextObservation).isTrue();
                assertThat(record.episode).isEqualTo(episodes);
                assertThat(record.episodeReturn).isEqualTo(sum);
                assertThat(record.episodeLength).isEqualTo(length);
                episodes++;
                sum = 0;
                length = 0;
            }
        }
        assertThat(episodes).isGreaterThan(5);
    }

    @Test
    void shouldAnnounceAChangeBeforeTheEpisodeThatHasItByActor0Alone() {
        List<Event> first = records(actor(0, EXPLORING), 400);
        List<Event> second = records(actor(1, EXPLORING), 400);

        int task = 0;
        for (int i = 0; i < first.size(); i++) {
            if (first.get(i).kind == Event.Kind.LABEL_RESET) {
                task++;
                assertThat(first.get(i).task).isEqualTo(task);
                assertThat(first.get(i).resetKind).isEqualTo(Event.ResetKind.ENVIRONMENT_CHANGED);
                assertThat(first.get(i - 1).kind).isEqualTo(Event.Kind.EPISODE_END);
                assertThat(first.get(i + 1).kind).isEqualTo(Event.Kind.TRANSITION);
            }
        }
        assertThat(task).isGreaterThanOrEqualTo(5);
        assertThat(second).noneMatch(record -> record.kind == Event.Kind.LABEL_RESET);
    }

    @Test
    void shouldSayWhatChanged() {
        try (Actor actor = actor(0, EXPLORING)) {
            while (actor.next(policy).kind != Event.Kind.LABEL_RESET) {
                assertThat(actor.note()).isEmpty();
            }

            assertThat(actor.note()).startsWith("actions=[");
        }
    }

    @Test
    void shouldGoOnAfterARestoreAsIfItHadNeverStopped() {
        List<Event> never = records(actor(0, EXPLORING), 250);

        for (int stop = 0; stop < 200; stop++) {
            byte[] saved;
            try (Actor actor = actor(0, EXPLORING)) {
                for (int i = 0; i < stop; i++) {
                    actor.next(policy);
                }
                // Asking may begin an episode, which must not matter.
                assertThat(actor.stepIsNext()).isEqualTo(never.get(stop).kind == Event.Kind.TRANSITION);
                saved = actor.save();
            }
            try (Actor actor = actor(0, EXPLORING)) {
                actor.restore(saved);
                for (int i = stop; i < stop + 50; i++) {
                    assertSame(copy(actor.next(policy)), never.get(i));
                }
            }
        }
    }

    @Test
    void shouldComeToTheSameByTheActionsTaken() {
        List<Event> records = records(actor(0, EXPLORING), 300);

        try (Actor actor = actor(0, EXPLORING)) {
            for (Event record : records.subList(0, 170)) {
                assertSame(copy(actor.replay(record.action)), record);
            }
            for (Event record : records.subList(170, 300)) {
                assertSame(copy(actor.next(policy)), record);
            }
        }
    }

    @Test
    void shouldActAtRandomWhileThereIsNoPolicy() {
        int[] counts = new int[6];

        try (Actor actor = actor(0, GREEDY)) {
            for (int i = 0; i < 2000; i++) {
                Event record = actor.next(null);
                counts[record.action] += record.kind == Event.Kind.TRANSITION ? 1 : 0;
            }
        }

        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(200);
    }

    @Test
    void shouldShareAPolicyWithOtherActors() {
        List<Event> alone = records(actor(0, GREEDY), 100);

        try (Actor actor = actor(0, GREEDY);
                Actor other = actor(1, GREEDY)) {
            for (Event record : alone) {
                assertSame(copy(actor.next(policy)), record);
                other.next(policy);
            }
        }
        assertThat(alone).anyMatch(record -> record.action > 0);
    }

    @Test
    void shouldBeDoneWithItsStepsAndTheEndOfTheEpisodeThatTheyEnd() {
        List<Event> records = records(actor(0, EXPLORING), 100);
        long steps = 0;
        for (Event record : records) {
            if (record.kind == Event.Kind.EPISODE_END) {
                break;
            }
            steps++;
        }

        try (Actor actor = actor(0, EXPLORING)) {
            int made = 0;
            while (!actor.isDoneAfter(steps)) {
                actor.next(policy);
                made++;
            }
            assertThat(made).isEqualTo(steps + 1);
        }
    }

    @Test
    void shouldKeepObservationsOfFloats() {
        ActorSpec spec = new ActorSpec("s", 0, 1, EXPLORING, 3);
        byte[] saved;
        List<Event> never = new ArrayList<>();
        try (Actor actor = new Actor(spec, Environments.create("test/corridor", 1, Map.of()))) {
            for (int i = 0; i < 3; i++) {
                actor.next(null);
            }
            saved = actor.save();
            for (int i = 0; i < 20; i++) {
                never.add(copy(actor.next(null)));
            }
        }

        try (Actor actor = new Actor(spec, Environments.create("test/corridor", 1, Map.of()))) {
            actor.restore(saved);
            for (Event record : never) {
                assertSame(copy(actor.next(null)), record);
            }
            assertThat(never.get(0).features.isBytes()).isFalse();
        }
    }

    @Test
    void shouldRefuseTheStateOfAnother() {
        byte[] saved;
        try (Actor actor = actor(1, EXPLORING)) {
            saved = actor.save();
        }

        try (Actor actor = actor(0, EXPLORING)) {
            assertThatThrownBy(() -> actor.restore(saved))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("actor=0")
                    .hasMessageContaining("savedActor=1");
        }
    }

    private static Actor actor(int number, EpsilonSchedule epsilon) {
        return new Actor(
                new ActorSpec("breakout", number, 9, epsilon, Players.HISTORY), Players.changingBreakout(number));
    }

    private List<Event> records(Actor actor, int count) {
        List<Event> records = new ArrayList<>();
        try (actor) {
            for (int i = 0; i < count; i++) {
                records.add(copy(actor.next(policy)));
            }
        }
        return records;
    }

    private static Event copy(Event event) {
        Event copy = new Event();
        copy.copyFrom(event);
        return copy;
    }

    private static void assertSame(Event found, Event expected) {
        assertThat(found.kind).isEqualTo(expected.kind);
        assertThat(found.sequence).isEqualTo(expected.sequence);
        if (expected.kind == Event.Kind.TRANSITION) {
            assertThat(found.action).isEqualTo(expected.action);
            assertThat(found.reward).isEqualTo(expected.reward);
            assertThat(found.episode).isEqualTo(expected.episode);
            assertThat(found.features).isEqualTo(expected.features);
            assertThat(found.hasNextObservation).isEqualTo(expected.hasNextObservation);
            if (expected.hasNextObservation) {
                assertThat(found.nextObservation).isEqualTo(expected.nextObservation);
            }
        } else if (expected.kind == Event.Kind.EPISODE_END) {
            assertThat(found.episodeReturn).isEqualTo(expected.episodeReturn);
            assertThat(found.episodeLength).isEqualTo(expected.episodeLength);
        } else {
            assertThat(found.task).isEqualTo(expected.task);
        }
    }
}
