package perennial.learning.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;

class GradientClippingTest {

    private final Engine engine = new CpuEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldShortenALongGradientToTheGreatestNorm() {
        Buffer gradient = gradient(3f, 4f);

        new GradientClipping(0.5, engine).clip(gradient, 5);

        assertThat(gradient.toArray()).containsExactly(new float[] {0.3f, 0.4f}, within(1e-6f));
    }

    @Test
    void shouldLeaveAShortGradientAsItIs() {
        Buffer gradient = gradient(3f, 4f);

        new GradientClipping(5.0, engine).clip(gradient, 5);

        assertThat(gradient.toArray()).containsExactly(3f, 4f);
    }

    @Test
    void shouldDoNothingWhereItIsSwitchedOff() {
        Buffer gradient = gradient(3f, 4f);

        new GradientClipping(0, engine).clip(gradient, 5);

        assertThat(gradient.toArray()).containsExactly(3f, 4f);
    }

    private Buffer gradient(float... values) {
        Buffer buffer = engine.allocate(values.length);
        buffer.set(values);
        return buffer;
    }
}
