package perennial.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.Learners;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;

/**
 * Times the updates of a learner on engine {@code cpu} in this process and on this thread. The time is the processor's for the
 * thread: on an idle machine what a clock shows, and on a shared one still what the updates cost.
 */
public final class UpdateTimer {

    /** Events between two looks at the clock: whole batches of every case. */
    private static final int STRIDE = 128;

    private static final int PARTS = 5;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Learner learner;
    private final List<Event> events;
    private int next;
    private long sequence;
    private long episode;

    private UpdateTimer(Learner learner, List<Event> events) {
        this.learner = learner;
        this.events = events;
    }

    /**
     * Microseconds of processor time per update, the median of five parts.
     *
     * @param metricsEvery updates from one report to the next
     * @param seconds how long to measure, after half as long to warm up
     */
    public static double microsPerUpdate(UpdateCase benchmark, int metricsEvery, double seconds) {
        try (Learner learner = Learners.create(benchmark.spec(metricsEvery), "cpu")) {
            UpdateTimer timer = new UpdateTimer(learner, benchmark.events());
            timer.run(seconds / 2);
            List<Double> parts = new ArrayList<>();
            for (int i = 0; i < PARTS; i++) {
                parts.add(timer.run(seconds / PARTS));
            }
            return Spread.of(parts).median();
        }
    }

    /** Observes events for that long, and until there is an update; returns microseconds per update. */
    private double run(double seconds) {
        long updatesBefore = learner.updates();
        long start = THREADS.getCurrentThreadCpuTime();
        long elapsed;
        do {
            for (int i = 0; i < STRIDE; i++) {
                observe(events.get(next));
                next = (next + 1) % events.size();
            }
            elapsed = THREADS.getCurrentThreadCpuTime() - start;
        } while (elapsed < seconds * 1e9 || learner.updates() == updatesBefore);
        return elapsed * 1e-3 / (learner.updates() - updatesBefore);
    }

    private void observe(Event event) {
        event.sequence = sequence++;
        event.episode = episode;
        episode += event.terminal ? 1 : 0;
        learner.observe(event, Ignored.OUTPUT);
    }

    private enum Ignored implements LearnerOutput {
        OUTPUT;

        @Override
        public void report(Report report) {}

        @Override
        public void taskSummary(TaskSummary summary) {}

        @Override
        public void prediction(Prediction prediction) {}
    }
}
