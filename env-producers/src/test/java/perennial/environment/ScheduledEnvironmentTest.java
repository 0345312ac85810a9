package perennial.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScheduledEnvironmentTest {

    private static final String BREAKOUT = "minatar/breakout";
    private static final String FREEWAY = "minatar/freeway";
    private static final int PLANE = 100;

    private final Step step = new Step();

    @Test
    void shouldCutTheEpisodeAndReportTheChangeAtTheReset() {
        ScheduledEnvironment environment = scheduled(FREEWAY, "50 set sticky=0.5");
        environment.reset();
        assertThat(environment.changeAtReset()).isEmpty();

        for (int i = 1; i < 50; i++) {
            environment.step(0, step);
            assertThat(step.ended()).isFalse();
        }
        environment.step(0, step);
        assertThat(step.truncated).isTrue();
        assertThat(step.terminal).isFalse();
        assertThat(environment.changeAtReset()).isEmpty();
        environment.reset();

        assertThat(environment.changeAtReset()).contains(new EnvironmentChange(1, 50, "sticky=0.5"));
        environment.step(0, step);
        environment.reset();
        assertThat(environment.changeAtReset()).isEmpty();
    }

    @Test
    void shouldWaitForTheEndOfTheEpisodeWhereAskedTo() {
        ScheduledEnvironment environment = scheduled(FREEWAY, "50 next set sticky=0.5");
        environment.reset();

        int steps = 0;
        do {
            environment.step(0, step);
            steps++;
        } while (!step.ended());
        environment.reset();

        assertThat(steps).isEqualTo(2501);
        assertThat(step.terminal).isTrue();
        assertThat(environment.changeAtReset()).contains(new EnvironmentChange(1, 2501, "sticky=0.5"));
    }

    @Test
    void shouldChangeTheStickyProbability() {
        // With actions that always stick, the paddle stays where "none", the last action, left it.
        ScheduledEnvironment environment = scheduled(BREAKOUT, "3 set sticky=1");
        environment.reset();
        environment.step(0, step);
        environment.step(0, step);
        environment.step(0, step);
        environment.reset();

        environment.step(1, step);

        assertThat(observe(environment)[90 + 4]).isEqualTo((byte) 1);
    }

    @Test
    void shouldSwitchGamesAndShowBothInTheSameShape() {
        ScheduledEnvironment environment = scheduled(BREAKOUT, "10 switch " + FREEWAY);

        assertThat(environment.observationSpec()).isEqualTo(ObservationSpec.bytes(7, 10, 10));
        environment.reset();
        byte[] before = observe(environment);
        run(environment, 10);
        byte[] after = observe(environment);

        assertThat(environment.present()).isEqualTo(FREEWAY);
        assertThat(environment.changeAtReset()).contains(new EnvironmentChange(1, 10, "environment=" + FREEWAY));
        assertThat(count(before, 3)).isEqualTo(30);
        assertThat(Arrays.copyOfRange(before, 4 * PLANE, 7 * PLANE)).containsOnly(0);
        assertThat(count(after, 0)).isEqualTo(1);
        assertThat(count(after, 1)).isEqualTo(8);
    }

    @Test
    void shouldKeepOptionsAcrossSwitches() {
        ScheduledEnvironment changed = scheduled(BREAKOUT, "5 set sticky=1", "9 switch " + FREEWAY);
        ScheduledEnvironment unchanged = scheduled(BREAKOUT, "9 switch " + FREEWAY);

        // Freeway's chicken moves up every third step, if "up" does not have to give way to the last action, "none".
        List<Integer> rows = new ArrayList<>();
        for (ScheduledEnvironment environment : List.of(changed, unchanged)) {
            environment.reset();
            run(environment, 10);
            for (int i = 0; i < 3; i++) {
                environment.step(2, step);
            }
            environment.step(2, step);
            rows.add(chickenRow(observe(environment)));
        }

        assertThat(rows).containsExactly(9, 8);
    }

    @Test
    void shouldPermuteActions() {
        ScheduledEnvironment environment = scheduled(BREAKOUT, "1 permute-actions 0,3,2,1,4,5");
        environment.reset();
        environment.step(0, step);
        environment.reset();

        environment.step(1, step);

        assertThat(environment.changeAtReset()).contains(new EnvironmentChange(1, 1, "actions=[0, 3, 2, 1, 4, 5]"));
        assertThat(observe(environment)[90 + 5]).isEqualTo((byte) 1);
    }

    @Test
    void shouldPermuteChannels() {
        ScheduledEnvironment environment = scheduled(BREAKOUT, "1 permute-channels 3,2,0,1");
        environment.reset();
        environment.step(0, step);
        environment.reset();

        byte[] frame = observe(environment);

        assertThat(count(frame, 0)).isEqualTo(30);
        assertThat(frame[2 * PLANE + 90 + 4]).isEqualTo((byte) 1);
    }

    @Test
    void shouldPermuteChannelsOfFloats() {
        ScheduledEnvironment environment = scheduled(CorridorProvider.NAME, "1 permute-channels 4,3,2,1,0");
        environment.reset();
        environment.step(0, step);
        environment.reset();
        float[] observation = new float[7];

        environment.observe(observation, 1);

        assertThat(observation).containsExactly(0f, 0f, 0f, 0f, 0f, 1f, 0f);
    }

    @Test
    void shouldDrawNewPermutationsAtEachRepetition() {
        ScheduledEnvironment environment = repeated(BREAKOUT, 5, "5 permute-actions");
        List<String> notes = notes(environment, 50);

        assertThat(notes).hasSize(9).doesNotContainNull();
        assertThat(notes.stream().distinct().count()).isGreaterThan(6);
        assertThat(notes(repeated(BREAKOUT, 5, "5 permute-actions"), 50)).isEqualTo(notes);
    }

    @Test
    void shouldReportSeveralChangesAtOnceAsOne() {
        ScheduledEnvironment environment =
                scheduled(BREAKOUT, "4 next set sticky=0.3", "5 permute-actions 0,3,2,1,4,5", "5 switch " + FREEWAY);
        environment.reset();
        run(environment, 5);

        assertThat(environment.changeAtReset())
                .contains(new EnvironmentChange(
                        1, 5, "sticky=0.3; actions=[0, 3, 2, 1, 4, 5]; environment=minatar/freeway"));
    }

    @Test
    void shouldTakeActionsThatAGameLacksAsItsFirst() {
        ScheduledEnvironment environment = scheduled(CorridorProvider.BENCHES, "2 switch " + CorridorProvider.NAME);
        assertThat(environment.actionSpec().count()).isEqualTo(3);
        float[] stayed = new float[5];
        float[] wentLeft = new float[5];

        environment.reset();
        environment.step(1, step);
        environment.step(2, step);
        environment.observe(stayed, 0);
        environment.reset();
        environment.step(1, step);
        environment.step(2, step);
        environment.observe(wentLeft, 0);

        assertThat(stayed).containsExactly(0f, 1f, 0f, 0f, 0f);
        assertThat(wentLeft).containsExactly(1f, 0f, 0f, 0f, 0f);
    }

    @Property(tries = 60)
    void shouldContinueFromASavedStateAsIfNeverStopped(@ForAll @IntRange(max = 2000) int before) {
        List<String> lines = List.of(
                "50 set sticky=0.3",
                "120 next switch minatar/seaquest",
                "200 permute-actions",
                "260 permute-channels",
                "400 switch minatar/breakout");
        ScheduledEnvironment undisturbed =
                new ScheduledEnvironment(BREAKOUT, 3, Map.of(), EnvironmentSchedule.parse(lines, 450));
        ScheduledEnvironment restored =
                new ScheduledEnvironment(BREAKOUT, 3, Map.of(), EnvironmentSchedule.parse(lines, 450));
        undisturbed.reset();
        run(undisturbed, before);

        restored.restore(undisturbed.save());

        assertThat(restored.changeAtReset()).isEqualTo(undisturbed.changeAtReset());
        for (int i = 0; i < 20; i++) {
            run(undisturbed, 50);
            run(restored, 50);
            assertThat(observe(restored)).isEqualTo(observe(undisturbed));
            assertThat(restored.save()).isEqualTo(undisturbed.save());
        }
    }

    @Test
    void shouldForetellTheChangesThatItMakes() {
        List<String> lines = List.of(
                "50 switch minatar/seaquest",
                "50 permute-channels",
                "120 set sticky=0.5",
                "200 switch minatar/breakout",
                "200 permute-channels");
        ScheduledEnvironment environment =
                new ScheduledEnvironment(BREAKOUT, 3, Map.of(), EnvironmentSchedule.parse(lines, 250));
        List<EnvironmentChange> outlook = environment.outlook(9);

        List<EnvironmentChange> made = new ArrayList<>();
        environment.reset();
        while (made.size() < 9) {
            environment.step(0, step);
            if (step.ended()) {
                environment.reset();
                environment.changeAtReset().ifPresent(made::add);
            }
        }

        assertThat(outlook).isEqualTo(made);
    }

    @Test
    void shouldForetellOnlyTheChangesThatThereAre() {
        assertThat(scheduled(BREAKOUT, "5 set sticky=0.3", "9 permute-actions").outlook(5))
                .extracting(EnvironmentChange::step)
                .containsExactly(5L, 9L);
    }

    @Property(tries = 30)
    void shouldShowTheChannelsOfEachGameInAnOrderOfAllOfThem(@ForAll @IntRange(min = 0) int seed) {
        List<String> lines = List.of("5 switch minatar/seaquest", "5 permute-channels");
        ScheduledEnvironment environment =
                new ScheduledEnvironment(BREAKOUT, seed, Map.of(), EnvironmentSchedule.parse(lines, 0));
        environment.reset();
        run(environment, 5);

        String note = environment.changeAtReset().orElseThrow().note();
        int[] order = Arrays.stream(note.replaceAll(".*\\[|]", "").split(", "))
                .mapToInt(Integer::parseInt)
                .toArray();
        assertThat(Arrays.stream(order).sorted().toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(environment.observationSpec().shape()).containsExactly(10, 10, 10);
        assertThat(environment.actionSpec().count()).isEqualTo(6);
        // The submarine is one cell each of its front and its back, Seaquest's channels 0 and 1.
        byte[] frame = observe(environment);
        for (int i = 0; i < 10; i++) {
            if (order[i] < 2) {
                assertThat(count(frame, i)).isOne();
            }
        }
    }

    @Test
    void shouldRepeatActionsAsOftenAsThePeriodSays() {
        ScheduledEnvironment environment = repeated(FREEWAY, 200, "100 set sticky=1", "200 set sticky=0");
        environment.reset();
        int[] climbed = new int[4];
        for (int i = 0; i < 400; i++) {
            // Down at the end of a period, so that down is what sticks; up through all of the rest.
            int before = chickenRow(observe(environment));
            environment.step(i % 100 == 99 ? 4 : 2, step);
            climbed[i / 100] += chickenRow(observe(environment)) < before ? 1 : 0;
            if (step.ended()) {
                environment.reset();
            }
        }

        assertThat(climbed[0]).isPositive();
        assertThat(climbed[1]).isZero();
        assertThat(climbed[2]).isPositive();
        assertThat(climbed[3]).isZero();
    }

    @Test
    void shouldRefuseTheStateOfAnotherSchedule() {
        ScheduledEnvironment one = scheduled(BREAKOUT, "5 set sticky=0.3");
        one.reset();
        run(one, 5);
        byte[] saved = one.save();
        ScheduledEnvironment other = scheduled(BREAKOUT, "5 set sticky=0.4");

        assertThatThrownBy(() -> other.restore(saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sticky=0.3")
                .hasMessageContaining("sticky=0.4");
    }

    @Test
    void shouldFindMistakesInTheScheduleAtOnce() {
        assertThatThrownBy(() -> scheduled(BREAKOUT, "5 switch minatar/pong"))
                .hasMessageContaining("name=minatar/pong");
        assertThatThrownBy(() -> scheduled(BREAKOUT, "5 set sticky=2")).hasMessageContaining("value=2");
        assertThatThrownBy(() -> scheduled(BREAKOUT, "5 set actions=minimal")).hasMessageContaining("option=actions");
        assertThatThrownBy(() -> scheduled(BREAKOUT, "5 permute-actions 1,0")).hasMessageContaining("actions=6");
        assertThatThrownBy(() -> scheduled(BREAKOUT, "5 permute-channels 1,0")).hasMessageContaining("channels=4");
        assertThatThrownBy(() -> scheduled(BREAKOUT, "5 switch " + CorridorProvider.NAME))
                .hasMessageContaining("no such option: option=sticky; its options are none");
        assertThatThrownBy(() -> scheduled(CorridorProvider.NAME, "5 switch " + BREAKOUT))
                .hasMessageContaining("alike in all but the channels");
    }

    private static ScheduledEnvironment scheduled(String name, String... lines) {
        return repeated(name, 0, lines);
    }

    private static ScheduledEnvironment repeated(String name, long every, String... lines) {
        Map<String, String> options = name.startsWith("minatar/") ? Map.of("sticky", "0") : Map.of();
        return new ScheduledEnvironment(name, 7, options, EnvironmentSchedule.parse(List.of(lines), every));
    }

    /** Runs on with action 0, and resets wherever an episode ends. */
    private void run(Environment environment, int steps) {
        for (int i = 0; i < steps; i++) {
            environment.step(0, step);
            if (step.ended()) {
                environment.reset();
            }
        }
    }

    private List<String> notes(ScheduledEnvironment environment, int steps) {
        List<String> notes = new ArrayList<>();
        environment.reset();
        for (int i = 1; i < steps; i++) {
            environment.step(0, step);
            if (step.ended()) {
                environment.reset();
                environment.changeAtReset().ifPresent(change -> notes.add(change.note()));
            }
        }
        return notes;
    }

    private static byte[] observe(Environment environment) {
        byte[] frame = new byte[environment.observationSpec().size()];
        environment.observe(frame, 0);
        return frame;
    }

    private static int count(byte[] frame, int channel) {
        int count = 0;
        for (int cell = 0; cell < PLANE; cell++) {
            count += frame[channel * PLANE + cell];
        }
        return count;
    }

    private static int chickenRow(byte[] frame) {
        int row = 0;
        while (frame[row * 10 + 4] == 0) {
            row++;
        }
        return row;
    }
}
