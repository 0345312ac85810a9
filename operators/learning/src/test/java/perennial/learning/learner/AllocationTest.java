package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.network.ConvolutionSpec;

class AllocationTest {

    private static final int WARM_UP = 300;
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerUpdateInSteadyState(boolean convolutional) {
        check(convolutional, List.of());
    }

    /** Interventions that act at every update, and others between two of their events. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingForInterventions(boolean convolutional) {
        check(
                convolutional,
                List.of(
                        new InterventionSpec.L2(1e-4),
                        new InterventionSpec.L2Init(1e-4),
                        new InterventionSpec.GradientPenalty(1e-3),
                        new InterventionSpec.NoisyUpdates(1e-5),
                        new InterventionSpec.ShrinkAndPerturb(Time.UPDATE, 0.9999, 0.01),
                        new InterventionSpec.Redo(0.1, 1_000_000, 64, RedoVersion.PYTORCH),
                        new InterventionSpec.ContinualBackprop(0.01, 100, 0.99, Utility.ADAPTABLE_CONTRIBUTION, true)));
    }

    private static void check(boolean convolutional, List<InterventionSpec> interventions) {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.interventions = interventions;
            s.metricsEvery = Integer.MAX_VALUE;
            s.batchSize = 8;
            s.maxGradientNorm = 0.1;
            s.hidden = interventions.isEmpty() ? List.of(64, 64) : List.of(12, 12);
            s.task = new TaskSpec.Classification(convolutional ? List.of(2, 9, 9) : List.of(50), 3, 1.0);
            s.convolutions =
                    convolutional ? List.of(new ConvolutionSpec(interventions.isEmpty() ? 8 : 3, 3, 1, 1)) : List.of();
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
