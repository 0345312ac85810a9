package perennial.environment.actor;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Random numbers for one step after another, each step's a function of seed and step alone: there is no state to save, and a
 * step whose action is known already need not draw it again. SplitMix64 (Steele, Lea and Flood 2014). Not thread-safe.
 */
final class StepGenerator implements UniformRandomProvider {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long state;

    StepGenerator(long seed, int actor) {
        this.seed = mix(mix(seed + GOLDEN) + actor * GOLDEN);
    }

    /** Begins the numbers of a step. */
    void begin(long step) {
        state = mix(seed ^ mix(step * GOLDEN));
    }

    @Override
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
