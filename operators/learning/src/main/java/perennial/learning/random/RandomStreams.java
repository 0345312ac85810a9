package perennial.learning.random;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;
import perennial.learning.state.LearnerState;

/**
 * Random generators that one seed gives by name, each independent of the others: what one of them draws does not depend
 * on how often another was asked. Each is an XO_SHI_RO_256_PP. Not thread-safe.
 *
 * <p>The seed of a generator is a fixed function of seed and name, which state and experiments rely on: the 64-bit FNV-1a hash
 * of the name's UTF-8 bytes, exclusive-or the seed times the odd constant 0x9E3779B97F4A7C15, starts a SplitMix64 sequence, whose
 * first four numbers are the generator's state.
 */
public final class RandomStreams {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;
    private static final String PREFIX = "random.";

    private final long seed;
    private final Map<String, RestorableUniformRandomProvider> generators = new TreeMap<>();

    public RandomStreams(long seed) {
        this.seed = seed;
    }

    /** The generator of that name, begun at the first call and continued at later ones. */
    public UniformRandomProvider generator(String name) {
        return generators.computeIfAbsent(name, this::begin);
    }

    /** Puts the state of every generator begun so far. */
    public void save(LearnerState state) {
        generators.forEach((name, generator) ->
                state.put(PREFIX + name, ((RandomProviderDefaultState) generator.saveState()).getState()));
    }

    /** Goes on where the saved generators were; generators that were not saved begin anew. */
    public void restore(LearnerState state) {
        generators.clear();
        state.entries().forEach((entry, value) -> {
            if (entry.startsWith(PREFIX)) {
                String name = entry.substring(PREFIX.length());
                RestorableUniformRandomProvider generator = begin(name);
                generator.restoreState(new RandomProviderDefaultState(state.bytes(entry)));
                generators.put(name, generator);
            }
        });
    }

    private RestorableUniformRandomProvider begin(String name) {
        long state = seed * GOLDEN ^ hash(name);
        long[] full = new long[4];
        for (int i = 0; i < full.length; i++) {
            state += GOLDEN;
            full[i] = mix(state);
        }
        return RandomSource.XO_SHI_RO_256_PP.create(full);
    }

    private static long hash(String name) {
        long hash = FNV_OFFSET;
        for (byte value : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (value & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** The output function of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long state) {
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
