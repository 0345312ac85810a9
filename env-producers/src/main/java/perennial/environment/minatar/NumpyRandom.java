package perennial.environment.minatar;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * The random numbers of NumPy's {@code RandomState}: a Mersenne Twister (MT19937) seeded by one 32-bit number, and NumPy's own
 * way to make doubles and bounded integers of its output. Not thread-safe.
 *
 * <p>Libraries offer the twister, but seed it from an array, which gives other numbers than NumPy's seed.
 *
 * @see <a href="https://doi.org/10.1145/272991.272995">Matsumoto and Nishimura, Mersenne Twister (1998)</a>
 */
final class NumpyRandom {

    private static final int SIZE = 624;
    private static final int MIDDLE = 397;
    private static final int TWIST = 0x9908b0df;
    private static final int UPPER_BIT = 0x80000000;
    private static final int LOWER_BITS = 0x7fffffff;
    private static final double TWO_TO_THE_26 = 0x1p26;
    private static final double TWO_TO_THE_MINUS_53 = 0x1p-53;

    private final int[] words = new int[SIZE];
    private int next = SIZE;

    /**
     * @param seed from 0 to 2^32 - 1, as NumPy asks
     */
    NumpyRandom(long seed) {
        if (seed < 0 || seed > 0xffffffffL) {
            throw new IllegalArgumentException("a MinAtar seed must be from 0 to 4294967295: seed=" + seed);
        }
        words[0] = (int) seed;
        for (int i = 1; i < SIZE; i++) {
            words[i] = 1812433253 * (words[i - 1] ^ (words[i - 1] >>> 30)) + i;
        }
    }

    /** A double from 0 inclusive to 1 exclusive, of 53 random bits: two outputs of the twister. */
    double nextDouble() {
        int high = nextInt() >>> 5;
        int low = nextInt() >>> 6;
        return (high * TWO_TO_THE_26 + low) * TWO_TO_THE_MINUS_53;
    }

    /** An integer from {@code low} inclusive to {@code high} exclusive. Nothing is drawn where only one is possible. */
    int nextInt(int low, int high) {
        int range = high - 1 - low;
        if (range == 0) {
            return low;
        }
        int mask = -1 >>> Integer.numberOfLeadingZeros(range);
        int value = nextInt() & mask;
        while (value > range) {
            value = nextInt() & mask;
        }
        return low + value;
    }

    /** 32 random bits. */
    int nextInt() {
        if (next == SIZE) {
            twist();
        }
        int word = words[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >>> 18);
    }

    void save(StateWriter state) {
        state.put(words, SIZE).put(next);
    }

    void restore(StateReader state) {
        int[] saved = state.integers();
        int place = state.integer();
        if (saved.length != SIZE || place < 0 || place > SIZE) {
            throw new IllegalArgumentException(
                    "a saved generator must have 624 words: words=" + saved.length + " place=" + place);
        }
        System.arraycopy(saved, 0, words, 0, SIZE);
        next = place;
    }

    private void twist() {
        for (int i = 0; i < SIZE - MIDDLE; i++) {
            words[i] = words[i + MIDDLE] ^ twisted(words[i], words[i + 1]);
        }
        for (int i = SIZE - MIDDLE; i < SIZE - 1; i++) {
            words[i] = words[i + MIDDLE - SIZE] ^ twisted(words[i], words[i + 1]);
        }
        words[SIZE - 1] = words[MIDDLE - 1] ^ twisted(words[SIZE - 1], words[0]);
        next = 0;
    }

    private static int twisted(int upper, int lower) {
        int word = (upper & UPPER_BIT) | (lower & LOWER_BITS);
        return (word >>> 1) ^ (-(word & 1) & TWIST);
    }
}
