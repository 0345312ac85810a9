package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perennial.environment.Environment;
import perennial.environment.Step;

/** Steps, resets and observations leave nothing for the garbage collector, as the JVM's own count of bytes shows. */
class AllocationTest {

    private static final int STEPS = 2_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingPerStep() {
        Step step = new Step();
        byte[] picture = new byte[84 * 84];
        Random random = new Random(1);
        try (Environment environment = Players.catchGame(1, Map.of("noOps", "30"))) {
            environment.reset();
            run(environment, step, picture, random);

            long before = threads.getCurrentThreadAllocatedBytes();
            run(environment, step, picture, random);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            // The count itself may cost a few bytes; a single object a step would be tens of thousands.
            assertThat(allocated).isLessThan(STEPS);
        }
    }

    private static void run(Environment environment, Step step, byte[] picture, Random random) {
        for (int i = 0; i < STEPS; i++) {
            environment.step(random.nextInt(18), step);
            if (step.ended()) {
                environment.reset();
            }
            environment.observe(picture, 0);
        }
    }
}
