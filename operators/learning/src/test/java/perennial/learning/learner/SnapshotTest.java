package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;

/** A state is written to a checkpoint while its learner goes on, and hardly holds it up. */
class SnapshotTest {

    /** More updates than from one good copy to the next, which is shared. */
    private static final int EVENTS = 1500;

    private final RecordingOutput output = new RecordingOutput();
    private final SpecBuilder spec = SpecBuilder.spec().with(s -> {
        s.batchSize = 5;
        s.hidden = List.of(100, 100);
        s.task = new TaskSpec.Classification(List.of(50), 3, 1.0);
    });
    private final List<Event> events = Events.random(spec.task, EVENTS, 0, 1);

    @Test
    void shouldStayAsItWasWhileTheLearnerGoesOn() {
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, 0, 600);
            LearnerState state = learner.state();
            byte[] before = bytes(state);

            observe(learner, 600, EVENTS);

            assertThat(bytes(state)).isEqualTo(before);
            assertThat(bytes(learner.state())).isNotEqualTo(before);
        }
    }

    @Test
    void shouldServeSeveralLearnersThatGoOnFromIt() {
        byte[] expected;
        LearnerState state;
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, 0, 600);
            state = learner.state();
            observe(learner, 600, EVENTS);
            expected = bytes(learner.state());
        }

        for (int i = 0; i < 2; i++) {
            try (Learner learner = Learners.restore(spec.build(), "cpu", state)) {
                observe(learner, 600, EVENTS);

                assertThat(bytes(learner.state())).isEqualTo(expected);
            }
        }
    }

    /** Weights and the two moments of Adam; their good copies are shared, and are as much again. */
    @Test
    void shouldCopyWhatIsTrainedOnceAndNoMore() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, 0, 600);
            learner.state();
            int parameters = learner.state().floats("parameters").length;

            long before = threads.getCurrentThreadAllocatedBytes();
            learner.state();
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(allocated).isBetween(3L * Float.BYTES * parameters, 4L * Float.BYTES * parameters);
        }
    }

    private void observe(Learner learner, int from, int to) {
        events.subList(from, to).forEach(event -> learner.observe(event, output));
    }

    private static byte[] bytes(LearnerState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            LearnerStateCodec.write(state, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
