package perennial.jobs.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import perennial.jobs.bench.Span.Pause;
import perennial.learning.event.Event;
import perennial.learning.learner.Command;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.NamedTensors;
import perennial.learning.state.LearnerState;

/** A learner that tells a {@link Span} how many updates it has made, and how long it could not learn because of a checkpoint. */
final class TimedLearner implements Learner {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Learner learner;
    private final Span span;
    private long updates;
    private long idleSince;
    private long stateNanos = -1;
    private long stateThreadNanos;

    TimedLearner(Learner learner, Span span) {
        this.learner = learner;
        this.span = span;
        this.updates = learner.updates();
    }

    @Override
    public void observe(Event event, LearnerOutput output) {
        if (stateNanos >= 0) {
            span.paused(new Pause(idleSince, System.nanoTime() - idleSince, stateNanos, stateThreadNanos));
            stateNanos = -1;
        }
        learner.observe(event, output);
        long now = learner.updates();
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
        LearnerState state = learner.state();
        stateNanos = System.nanoTime() - before;
        stateThreadNanos = THREADS.getCurrentThreadCpuTime() - threadBefore;
        return state;
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        learner.endOfStream(output);
    }

    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        return learner.command(command, output);
    }

    @Override
    public boolean isPaused() {
        return learner.isPaused();
    }

    @Override
    public long divergences() {
        return learner.divergences();
    }

    @Override
    public long updates() {
        return learner.updates();
    }

    @Override
    public NamedTensors weights() {
        return learner.weights();
    }

    @Override
    public NamedTensors policyWeights() {
        return learner.policyWeights();
    }

    @Override
    public void initialise(NamedTensors weights) {
        learner.initialise(weights);
    }

    @Override
    public void close() {
        learner.close();
    }
}
