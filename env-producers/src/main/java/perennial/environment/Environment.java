package perennial.environment;

import java.util.Optional;

/**
 * A world that an actor steps through: what to implement so that a simulator of your own can feed learners.
 *
 * <p>Order of calls: {@link #reset} begins an episode, {@link #observe} shows where it stands, {@link #step} acts. After a
 * step that {@linkplain Step#ended ended} the episode the observation is the episode's last, and the next call is {@link
 * #reset} again. An environment is deterministic: built with the same seed and options and given the same calls, it does the
 * same. Not thread-safe.
 */
public interface Environment extends AutoCloseable {

    /** Shape and kind of the observations; never changes. */
    ObservationSpec observationSpec();

    /** The actions; never changes. */
    ActionSpec actionSpec();

    /** Begins an episode. */
    void reset();

    /**
     * Acts. Steady calls allocate nothing.
     *
     * @param action one of {@link #actionSpec}
     * @param step receives the outcome. Modified.
     * @throws IllegalArgumentException if there is no such action
     * @throws IllegalStateException before the first reset
     */
    void step(int action, Step step);

    /**
     * Writes the present observation, where observations are bytes.
     *
     * @param destination receives {@code observationSpec().size()} values from {@code offset} on. Modified.
     */
    default void observe(byte[] destination, int offset) {
        throw new IllegalStateException("the environment does not observe bytes: specification=" + observationSpec());
    }

    /**
     * Writes the present observation, where observations are floats.
     *
     * @param destination receives {@code observationSpec().size()} values from {@code offset} on. Modified.
     */
    default void observe(float[] destination, int offset) {
        throw new IllegalStateException("the environment does not observe floats: specification=" + observationSpec());
    }

    /**
     * Changes one of the options that the environment was created with. Called between two episodes, before {@link #reset}.
     *
     * @throws IllegalArgumentException if there is no such option, it cannot change, or the value is not fit for it
     */
    default void change(String option, String value) {
        throw new IllegalArgumentException(
                "the environment has no option that can change while it runs: option=" + option + " value=" + value);
    }

    /**
     * What the last {@link #reset} changed about the environment itself. It is to be announced to learners as a label reset
     * of the kind "environment changed", before the first transition of the episode.
     */
    default Optional<EnvironmentChange> changeAtReset() {
        return Optional.empty();
    }

    /** The complete state, random generator included, in a versioned format of its own. */
    byte[] save();

    /**
     * Continues where {@link #save} was called, on an environment created with the same name and options.
     *
     * @param state what {@link #save} returned. Not modified.
     * @throws IllegalArgumentException if these bytes are damaged, or of another environment or an unknown version
     */
    void restore(byte[] state);

    /** Gives back what the environment holds outside the heap; nothing by default. */
    @Override
    default void close() {}
}
