package perennial.environment.minatar;

import java.util.Arrays;
import perennial.environment.ActionSpec;
import perennial.environment.Environment;
import perennial.environment.EnvironmentOptions;
import perennial.environment.ObservationSpec;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.Step;

/**
 * A MinAtar game with sticky actions: the same frames, rewards and ends as the reference (1.0.15) seeded with the same seed
 * and then reset, given the same actions.
 *
 * <p>Observations are bytes, 0 or 1, in planes: channel, row, column. Episodes are never truncated. Not thread-safe.
 */
public final class MinAtarEnvironment implements Environment {

    static final String STICKY = "sticky";
    static final String RAMPING = "ramping";
    private static final int VERSION = 1;
    private static final MinAtarAction[] EVERY_ACTION = MinAtarAction.values();

    private final MinAtarGame kind;
    private final Game game;
    private final NumpyRandom random;
    private final ActionSet actionSet;
    private final MinAtarAction[] actions;
    private final ObservationSpec observationSpec;
    private final ActionSpec actionSpec;
    private final int size;

    private double sticky;
    private boolean ramping;
    private MinAtarAction lastAction = MinAtarAction.NONE;
    private boolean begun;

    /**
     * @param seed from 0 to 2^32 - 1
     * @param sticky probability that the action executed last is executed again instead of the chosen one
     * @param ramping whether the game becomes harder as it goes on; Breakout and Freeway never do
     * @param actionSet which actions there are
     */
    public MinAtarEnvironment(MinAtarGame kind, long seed, double sticky, boolean ramping, ActionSet actionSet) {
        if (!(sticky >= 0.0 && sticky <= 1.0)) {
            throw new IllegalArgumentException("sticky must be a probability: sticky=" + sticky);
        }
        this.kind = kind;
        this.game = kind.create();
        this.random = new NumpyRandom(seed);
        this.sticky = sticky;
        this.ramping = ramping;
        this.actionSet = actionSet;
        this.actions = kind.actions(actionSet).toArray(new MinAtarAction[0]);
        this.observationSpec = ObservationSpec.bytes(kind.channels().size(), Grid.SIDE, Grid.SIDE);
        this.actionSpec = new ActionSpec(actions.length);
        this.size = observationSpec.size();
    }

    @Override
    public ObservationSpec observationSpec() {
        return observationSpec;
    }

    @Override
    public ActionSpec actionSpec() {
        return actionSpec;
    }

    /** Begins an episode. The last action stays what it was, as in the reference, so that it can stick across episodes. */
    @Override
    public void reset() {
        game.reset(random);
        begun = true;
    }

    /** Acts. After the end of an episode, until the reset, nothing changes and every step is terminal. */
    @Override
    public void step(int action, Step step) {
        requireBegun();
        MinAtarAction chosen = actions[actionSpec.check(action)];
        // The reference draws at every step, even where no action can stick.
        MinAtarAction executed = random.nextDouble() < sticky ? lastAction : chosen;
        lastAction = executed;
        int reward = game.terminal() ? 0 : game.act(executed, ramping, random);
        step.set(reward, game.terminal(), false);
    }

    @Override
    public void observe(byte[] destination, int offset) {
        requireBegun();
        Arrays.fill(destination, offset, offset + size, (byte) 0);
        game.draw(destination, offset);
    }

    /** Changes {@code sticky} or {@code ramping}. */
    @Override
    public void change(String option, String value) {
        switch (option) {
            case STICKY -> sticky = EnvironmentOptions.parseProbability(option, value);
            case RAMPING -> ramping = EnvironmentOptions.parseFlag(option, value);
            default ->
                throw new IllegalArgumentException("this option of " + kind.environmentName()
                        + " cannot change while it runs: option=" + option + "; sticky and ramping can");
        }
    }

    @Override
    public byte[] save() {
        StateWriter state = new StateWriter(kind.environmentName(), VERSION);
        state.put(actionSet.ordinal());
        state.put(sticky).put(ramping).put(lastAction.ordinal()).put(begun);
        random.save(state);
        game.save(state);
        return state.finish();
    }

    @Override
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, kind.environmentName(), VERSION);
        if (state.integer() != actionSet.ordinal()) {
            throw new IllegalArgumentException("the state was saved with another set of actions: environment="
                    + kind.environmentName() + " actions=" + actionSet + "; create it with the other set");
        }
        sticky = state.real();
        ramping = state.flag();
        lastAction = EVERY_ACTION[state.integer()];
        begun = state.flag();
        random.restore(state);
        game.restore(state);
        state.finish();
    }

    private void requireBegun() {
        if (!begun) {
            throw new IllegalStateException(
                    "an episode must be begun before it is stepped through or observed: environment="
                            + kind.environmentName() + "; call reset first");
        }
    }
}
