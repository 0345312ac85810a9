package perennial.environment.minatar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.environment.Environment;
import perennial.environment.Environments;
import perennial.environment.ObservationSpec;
import perennial.environment.Step;

class MinAtarEnvironmentTest {

    private final Step step = new Step();

    @Property(tries = 150)
    void shouldContinueFromASavedStateAsIfNeverStopped(
            @ForAll MinAtarGame game,
            @ForAll @LongRange(max = 0xffffffffL) long seed,
            @ForAll @IntRange(max = 3000) int before,
            @ForAll @DoubleRange(max = 0.5) double sticky) {
        Environment undisturbed = create(game, seed, sticky);
        MinAtarDigest.Actions actions = MinAtarDigest.actions(seed, 3);
        undisturbed.reset();
        for (int i = 0; i < before; i++) {
            act(undisturbed, actions.next());
        }

        Environment restored = create(game, 0, 0.0);
        restored.restore(undisturbed.save());

        assertThat(restored.save()).isEqualTo(undisturbed.save());
        Step other = new Step();
        byte[] expected = new byte[undisturbed.observationSpec().size()];
        byte[] actual = new byte[expected.length];
        for (int i = 0; i < 500; i++) {
            undisturbed.observe(expected, 0);
            restored.observe(actual, 0);
            assertThat(actual).isEqualTo(expected);
            int action = actions.next();
            undisturbed.step(action, step);
            restored.step(action, other);
            assertThat(other.reward).isEqualTo(step.reward);
            assertThat(other.terminal).isEqualTo(step.terminal);
            if (step.ended()) {
                undisturbed.reset();
                restored.reset();
            }
        }
        assertThat(restored.save()).isEqualTo(undisturbed.save());
    }

    @Property(tries = 40)
    void shouldShowNothingButZerosAndOnes(@ForAll MinAtarGame game, @ForAll @LongRange(max = 0xffffffffL) long seed) {
        Environment environment = create(game, seed, 0.1);
        MinAtarDigest.Actions actions = MinAtarDigest.actions(seed, 2);
        int size = environment.observationSpec().size();
        byte[] frame = new byte[size + 2];
        frame[0] = 7;
        frame[size + 1] = 7;
        environment.reset();

        for (int i = 0; i < 2000; i++) {
            environment.observe(frame, 1);
            for (int cell = 1; cell <= size; cell++) {
                assertThat(frame[cell] >>> 1).isZero();
            }
            act(environment, actions.next());
        }

        assertThat(frame[0]).isEqualTo((byte) 7);
        assertThat(frame[size + 1]).isEqualTo((byte) 7);
    }

    @ParameterizedTest
    @CsvSource({"asterix,4,5", "breakout,4,3", "freeway,7,3", "seaquest,10,6", "space_invaders,6,4"})
    void shouldHaveTheChannelsAndActionsOfTheReference(String game, int channels, int minimalActions) {
        Environment full = Environments.create("minatar/" + game, 0, Map.of());
        Environment minimal = Environments.create("minatar/" + game, 0, Map.of("actions", "minimal"));

        assertThat(full.observationSpec()).isEqualTo(ObservationSpec.bytes(channels, 10, 10));
        assertThat(full.actionSpec().count()).isEqualTo(6);
        assertThat(minimal.observationSpec()).isEqualTo(full.observationSpec());
        assertThat(minimal.actionSpec().count()).isEqualTo(minimalActions);
    }

    @ParameterizedTest
    @EnumSource(MinAtarGame.class)
    void shouldPlayMinimalActionsAsTheActionsTheyStandFor(MinAtarGame game) {
        List<MinAtarAction> minimal = game.actions(ActionSet.MINIMAL);
        MinAtarEnvironment few = new MinAtarEnvironment(game, 1, 0.1, true, ActionSet.MINIMAL);
        MinAtarDigest fewActions = new MinAtarDigest(few);
        MinAtarDigest allActions = new MinAtarDigest(create(game, 1, 0.1));

        for (int i = 0; i < 2000; i++) {
            int action = i / 3 % minimal.size();
            fewActions.step(action);
            allActions.step(minimal.get(action).ordinal());
        }

        assertThat(fewActions.hex()).isEqualTo(allActions.hex());
    }

    @ParameterizedTest
    @EnumSource(MinAtarGame.class)
    void shouldTakeActionsOutsideTheMinimalSetAsNone(MinAtarGame game) {
        MinAtarDigest idle = new MinAtarDigest(create(game, 1, 0.0));
        MinAtarDigest busy = new MinAtarDigest(create(game, 1, 0.0));
        List<MinAtarAction> others = game.actions(ActionSet.FULL).stream()
                .filter(action -> !game.actions(ActionSet.MINIMAL).contains(action))
                .toList();

        for (int i = 0; i < 1000; i++) {
            idle.step(MinAtarAction.NONE.ordinal());
            busy.step(others.isEmpty() ? 0 : others.get(i % others.size()).ordinal());
        }

        assertThat(busy.hex()).isEqualTo(idle.hex());
    }

    @Test
    void shouldRepeatTheLastActionForeverWhereItAlwaysSticks() {
        MinAtarEnvironment environment = new MinAtarEnvironment(MinAtarGame.BREAKOUT, 4, 1.0, true, ActionSet.FULL);
        environment.reset();
        byte[] frame = new byte[environment.observationSpec().size()];

        environment.step(MinAtarAction.LEFT.ordinal(), step);
        environment.observe(frame, 0);

        // Nothing was done before, and so nothing is done now: the paddle is where it began.
        assertThat(frame[94]).isEqualTo((byte) 1);
    }

    @Test
    void shouldKeepTheLastActionAcrossEpisodes() {
        MinAtarEnvironment environment = new MinAtarEnvironment(MinAtarGame.BREAKOUT, 4, 0.0, true, ActionSet.FULL);
        environment.reset();
        environment.step(MinAtarAction.RIGHT.ordinal(), step);
        environment.change("sticky", "1");

        environment.reset();
        environment.step(MinAtarAction.LEFT.ordinal(), step);

        byte[] frame = new byte[environment.observationSpec().size()];
        environment.observe(frame, 0);
        assertThat(frame[95]).isEqualTo((byte) 1);
    }

    @Test
    void shouldChangeNothingAfterTheEndOfAnEpisode() {
        Environment environment = create(MinAtarGame.BREAKOUT, 1, 0.0);
        environment.reset();
        do {
            environment.step(1, step);
        } while (!step.terminal);
        byte[] last = new byte[environment.observationSpec().size()];
        environment.observe(last, 0);

        environment.step(3, step);

        byte[] frame = new byte[last.length];
        environment.observe(frame, 0);
        assertThat(frame).isEqualTo(last);
        assertThat(step.terminal).isTrue();
        assertThat(step.reward).isZero();
    }

    @Test
    void shouldEndFreewayAfter2501Steps() {
        Environment environment = create(MinAtarGame.FREEWAY, 1, 0.0);
        environment.reset();

        for (int i = 0; i < 2500; i++) {
            environment.step(2, step);
            assertThat(step.terminal).isFalse();
        }
        environment.step(2, step);

        assertThat(step.terminal).isTrue();
        assertThat(step.truncated).isFalse();
    }

    @Test
    void shouldNotRampWhenAskedNotTo() {
        MinAtarDigest ramping =
                new MinAtarDigest(new MinAtarEnvironment(MinAtarGame.ASTERIX, 3, 0.0, true, ActionSet.FULL));
        MinAtarDigest steady =
                new MinAtarDigest(new MinAtarEnvironment(MinAtarGame.ASTERIX, 3, 0.0, false, ActionSet.FULL));
        MinAtarDigest.Actions actions = MinAtarDigest.actions(3, 1);

        for (int i = 0; i < 1000; i++) {
            int action = actions.next();
            ramping.step(action);
            steady.step(action);
        }

        assertThat(steady.hex()).isNotEqualTo(ramping.hex());
    }

    @Test
    void shouldAskForAResetFirst() {
        Environment environment = create(MinAtarGame.ASTERIX, 1, 0.1);

        assertThatThrownBy(() -> environment.step(0, step))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("environment=minatar/asterix");
    }

    @Test
    void shouldRefuseActionsItDoesNotHave() {
        Environment environment = create(MinAtarGame.ASTERIX, 1, 0.1);
        environment.reset();

        assertThatThrownBy(() -> environment.step(6, step))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("action=6");
    }

    @Test
    void shouldRefuseTheStateOfAnotherGame() {
        byte[] saved = create(MinAtarGame.ASTERIX, 1, 0.1).save();
        Environment other = create(MinAtarGame.BREAKOUT, 1, 0.1);

        assertThatThrownBy(() -> other.restore(saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected=minatar/breakout found=minatar/asterix");
    }

    @Test
    void shouldRefuseTheStateOfAnotherActionSet() {
        byte[] saved = create(MinAtarGame.ASTERIX, 1, 0.1).save();
        Environment other = new MinAtarEnvironment(MinAtarGame.ASTERIX, 1, 0.1, true, ActionSet.MINIMAL);

        assertThatThrownBy(() -> other.restore(saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("actions=MINIMAL");
    }

    @Test
    void shouldRefuseToChangeItsActions() {
        Environment environment = create(MinAtarGame.ASTERIX, 1, 0.1);

        assertThatThrownBy(() -> environment.change("actions", "minimal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("option=actions");
    }

    private void act(Environment environment, int action) {
        environment.step(action, step);
        if (step.ended()) {
            environment.reset();
        }
    }

    private static Environment create(MinAtarGame game, long seed, double sticky) {
        return new MinAtarEnvironment(game, seed, sticky, true, ActionSet.FULL);
    }
}
