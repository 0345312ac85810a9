package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.network.ConvolutionSpec;

class AllocationTest {

    private static final int WARM_UP = 300;
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerUpdateInSteadyState(boolean convolutional) {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.metrics = SpecBuilder.everything(Integer.MAX_VALUE, 20);
            s.batchSize = 8;
            s.maxGradientNorm = 0.1;
            s.hidden = List.of(64, 64);
            s.task = new TaskSpec.Classification(convolutional ? List.of(2, 9, 9) : List.of(50), 3, 1.0);
            s.convolutions = convolutional ? List.of(new ConvolutionSpec(8, 3, 1, 1)) : List.of();
        });
        Event[] events = Events.random(spec.task, 200, 0, 1).toArray(new Event[0]);
        RecordingOutput output = new RecordingOutput();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            for (int round = 0; round < WARM_UP; round++) {
                observeAll(learner, events, output);
            }
            long updatesBefore = learner.updates();
            threads.getCurrentThreadAllocatedBytes();

            // The least of several rounds, since the JIT compiler's own doings may fall into one of them.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                observeAll(learner, events, output);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(learner.updates() - updatesBefore).isEqualTo(ROUNDS * 25L);
            assertThat(least).as("bytes allocated in 25 updates").isZero();
        }
    }

    private static void observeAll(Learner learner, Event[] events, LearnerOutput output) {
        for (Event event : events) {
            learner.observe(event, output);
        }
    }
}
