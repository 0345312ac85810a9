package perennial.benchmarks;

import java.util.SplittableRandom;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/** Buffers of random values. */
final class Fill {

    private Fill() {}

    /** Values between -1 and 1, the same in every run. */
    static Buffer uniform(Engine engine, int count) {
        SplittableRandom random = new SplittableRandom(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        Buffer buffer = engine.allocate(count);
        buffer.set(values);
        return buffer;
    }
}
