package perennial.streaming;

import java.util.Arrays;
import java.util.Random;

/** Bytes like others, but damaged: changed, cut, longer, and with lengths that lie. */
public final class Mutations {

    private static final int[] LENGTHS = {
        -1, -2, 1, 255, 1 << 16, 1 << 24, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private Mutations() {}

    /** {@code bytes} with one to four damages. Not modified. */
    public static byte[] of(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && mutated.length > 0; changes--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(5)) {
                case 0 -> mutated[at] = (byte) random.nextInt();
                case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> mutated = Arrays.copyOf(mutated, at);
                case 3 -> mutated = Arrays.copyOf(mutated, mutated.length + random.nextInt(8));
                default -> {
                    int length = LENGTHS[random.nextInt(LENGTHS.length)];
                    for (int i = 0; i < 4 && at + i < mutated.length; i++) {
                        mutated[at + i] = (byte) (length >>> 8 * (3 - i));
                    }
                }
            }
        }
        return mutated;
    }
}
