package perennial.environment.labels;

import java.util.Arrays;
import org.apache.commons.rng.sampling.ArraySampler;

/** The random permutation of a task: the identity in task 0, then one draw, or the product of all draws so far. */
final class Permutation {

    private final Purpose purpose;
    private final long seed;
    private final boolean composed;
    private final int[] drawn;
    private final int[] values;
    private int current;

    Permutation(int size, Purpose purpose, long seed, boolean composed) {
        this.purpose = purpose;
        this.seed = seed;
        this.composed = composed;
        this.drawn = new int[size];
        this.values = new int[size];
        Arrays.setAll(values, i -> i);
    }

    void moveTo(int task) {
        if (!composed || task < current) {
            current = 0;
            fillWithIdentity(values);
        }
        if (!composed && task > 0) {
            ArraySampler.shuffle(purpose.generator(seed, task), values);
            current = task;
        }
        while (current < task) {
            current++;
            compose();
        }
    }

    /** Where {@code i} goes. */
    int of(int i) {
        return values[i];
    }

    /** Where each number goes; not to be modified. */
    int[] values() {
        return values;
    }

    /** Applies one more draw to the current permutation. */
    private void compose() {
        fillWithIdentity(drawn);
        ArraySampler.shuffle(purpose.generator(seed, current), drawn);
        for (int i = 0; i < values.length; i++) {
            values[i] = drawn[values[i]];
        }
    }

    private static void fillWithIdentity(int[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = i;
        }
    }
}
