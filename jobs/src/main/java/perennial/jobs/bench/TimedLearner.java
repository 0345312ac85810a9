package perennial.jobs.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import perennial.jobs.bench.Span.Pause;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.state.LearnerState;

/** A learner that tells a {@link Span} how many updates it has made, and how long it could not learn because of a checkpoint. */
final class TimedLearner extends ForwardingLearner {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Span span;
    private long updates;
    private long idleSince;
    private long stateNanos = -1;
    private long stateThreadNanos;

    TimedLearner(Learner learner, Span span) {
        super(learner);
        this.span = span;
        this.updates = learner.updates();
    }

    @Override
    public void observe(Event event, LearnerOutput output) {
        if (stateNanos >= 0) {
            span.paused(new Pause(idleSince, System.nanoTime() - idleSince, stateNanos, stateThreadNanos));
            stateNanos = -1;
        }
        super.observe(event, output);
        long now = updates();
        if (now != updates) {
            updates = now;
            span.reached(now);
        }
        idleSince = System.nanoTime();
    }

    @Override
    public LearnerState state() {
        long threadBefore = THREADS.getCurrentThreadCpuTime();
        long before = System.nanoTime();
        LearnerState state = super.state();
        stateNanos = System.nanoTime() - before;
        stateThreadNanos = THREADS.getCurrentThreadCpuTime() - threadBefore;
        return state;
    }
}
