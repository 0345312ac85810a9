package perennial.environment;

/**
 * What one step of an environment brought. Mutable, so that one instance serves step after step without allocation. Not
 * thread-safe.
 */
public final class Step {

    /** Reward of the step, unclipped. */
    public float reward;

    /** True where the episode ended in a terminal state: nothing is to be expected after it. */
    public boolean terminal;

    /** True where the episode was cut off although it could have gone on. */
    public boolean truncated;

    /** Takes over an outcome. */
    public void set(float reward, boolean terminal, boolean truncated) {
        this.reward = reward;
        this.terminal = terminal;
        this.truncated = truncated;
    }

    /** Whether the episode is over, for whatever reason: the next call must be {@link Environment#reset}. */
    public boolean ended() {
        return terminal || truncated;
    }
}
