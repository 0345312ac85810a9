package perennial.environment.labels;

import org.apache.commons.rng.sampling.ArraySampler;

/** Random orders of the numbers from 0, any of which is reached at once. Not thread-safe. */
final class RandomOrder {

    private final Purpose purpose;
    private final long seed;
    private final int[] order;
    private long current = -1;

    /**
     * @param capacity the largest size of an order
     */
    RandomOrder(Purpose purpose, long seed, int capacity) {
        this.purpose = purpose;
        this.seed = seed;
        this.order = new int[capacity];
    }

    /**
     * What stands at a place of an order.
     *
     * @param number which order, from 0
     * @param size how many numbers it is of, always the same for the same order
     */
    int at(long number, int size, int place) {
        if (number != current) {
            for (int i = 0; i < size; i++) {
                order[i] = i;
            }
            ArraySampler.shuffle(purpose.generator(seed, number), order, 0, size);
            current = number;
        }
        return order[place];
    }
}
