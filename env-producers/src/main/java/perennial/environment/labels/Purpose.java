package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * What random numbers are drawn for. Each purpose has a generator of its own for each task, pass or image set, so that any
 * place of a stream can be reached without drawing everything that comes before it.
 *
 * <p>A generator is XO_SHI_RO_256_PP whose four words of state come from the seed, the purpose's code and the number, all
 * modulo 2^64, with g = 0x9e3779b97f4a7c15 and mix = the finaliser of SplitMix64:
 *
 * <pre>
 * h = mix(seed + g);  h = mix((h xor code) + g);  h = mix((h xor number) + g)
 * word i = mix(h + (i + 1) g),  i = 0 ... 3
 * </pre>
 *
 * {@link #bits} is word 0, for what is drawn so often that a generator each time would be too much.
 *
 * <p>The codes are part of every stream's definition: a code is never changed or used again.
 */
enum Purpose {
    SYNTHETIC_PIXELS(1),
    SYNTHETIC_LABELS(2),
    ORDER_OF_PASS(3),
    RANDOM_LABELS(4),
    CLASS_PERMUTATION(5),
    PIXEL_PERMUTATION(6),
    PARTIAL_RELABELLING(7),
    LABEL_PERMUTATION(8),
    CLASS_ORDER(9),
    ORDER_WITHIN_TASK(10),
    TARGET_VALUES(11),
    TARGET_NETWORK(12),
    SLOW_BITS(13),
    FAST_BITS(14);

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final int STATE_WORDS = 4;

    private final long code;

    Purpose(long code) {
        this.code = code;
    }

    /** A new generator; equal arguments give equal generators. */
    UniformRandomProvider generator(long seed, long number) {
        long hash = hash(seed, number);
        long[] state = new long[STATE_WORDS];
        for (int i = 0; i < STATE_WORDS; i++) {
            state[i] = mix(hash + (i + 1) * GOLDEN);
        }
        return RandomSource.XO_SHI_RO_256_PP.create(state);
    }

    /** 64 random bits, without a generator; equal arguments give equal bits. */
    long bits(long seed, long number) {
        return mix(hash(seed, number) + GOLDEN);
    }

    private long hash(long seed, long number) {
        long hash = mix(seed + GOLDEN);
        hash = mix((hash ^ code) + GOLDEN);
        return mix((hash ^ number) + GOLDEN);
    }

    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
