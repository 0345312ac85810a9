package perennial.environment.minatar;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * The rules of one game: what a step does, and what is drawn. Sticky actions and the generator belong to {@link
 * MinAtarEnvironment}. Rows count from the top and columns from the left, both from 0. Not thread-safe.
 */
sealed interface Game permits Asterix, Breakout, Freeway, Seaquest, SpaceInvaders {

    /** Begins an episode. */
    void reset(NumpyRandom random);

    /**
     * Makes one step. Never called once the episode is over.
     *
     * @param ramping whether the game becomes harder as it goes on
     * @return the reward
     */
    int act(MinAtarAction action, boolean ramping, NumpyRandom random);

    /** Whether the episode is over. */
    boolean terminal();

    /** Sets the cells that are on. The frame, from {@code offset} on, holds zeros before. */
    void draw(byte[] frame, int offset);

    /** Puts every variable. */
    void save(StateWriter state);

    /** Takes over what {@link #save} put. */
    void restore(StateReader state);
}
