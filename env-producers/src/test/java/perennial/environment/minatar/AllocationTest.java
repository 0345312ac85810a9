package perennial.environment.minatar;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.environment.Environment;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.Environments;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.Step;

/** Steps, resets and observations leave nothing for the garbage collector, as the JVM's own count of bytes shows. */
class AllocationTest {

    private static final int STEPS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(MinAtarGame.class)
    void shouldAllocateNothingPerStep(MinAtarGame game) {
        assertSteadyUseOf(Environments.create(game.environmentName(), 1, Map.of()));
    }

    @ParameterizedTest
    @EnumSource(MinAtarGame.class)
    void shouldAllocateNothingPerStepOnASchedule(MinAtarGame game) {
        EnvironmentSchedule schedule = EnvironmentSchedule.parse(
                List.of("5 permute-actions", "6 permute-channels", "1000000000 set sticky=0.5"), 0);
        assertSteadyUseOf(new ScheduledEnvironment(game.environmentName(), 1, Map.of(), schedule));
    }

    private void assertSteadyUseOf(Environment environment) {
        Step step = new Step();
        byte[] frame = new byte[environment.observationSpec().size()];
        MinAtarDigest.Actions actions = MinAtarDigest.actions(1, 1);
        environment.reset();
        run(environment, step, frame, actions);

        long before = threads.getCurrentThreadAllocatedBytes();
        run(environment, step, frame, actions);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // The count itself may cost a few bytes; a single object a step would be hundreds of thousands.
        assertThat(allocated).isLessThan(STEPS);
    }

    private static void run(Environment environment, Step step, byte[] frame, MinAtarDigest.Actions actions) {
        for (int i = 0; i < STEPS; i++) {
            environment.step(actions.next(), step);
            if (step.ended()) {
                environment.reset();
            }
            environment.observe(frame, 0);
        }
    }
}
