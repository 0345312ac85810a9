package perennial.streaming.learn;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSpec;
import perennial.learning.learner.TaskSummary;
import perennial.learning.learner.UpdatePoint;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.plasticity.MetricsSpec;
import perennial.streaming.Specs;

/**
 * Measures what it costs to take the time of updates, beside updates of small learners, in processor time: run its main method with the
 * module's test class path. docs/monitoring.md has its results.
 */
final class UpdateTimesCost {

    private static final int ROUNDS = 12;
    private static final int UPDATES = 200_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private UpdateTimesCost() {}

    public static void main(String[] arguments) {
        double times = times();
        System.out.printf(Locale.ROOT, "the times of one update: %.0f ns%n", times);
        compare("MLP 4-5-5-3, batch 1", 4, 5, 1, times);
        compare("MLP 784-128-128-3, batch 1", 784, 128, 1, times);
    }

    /** Nanoseconds of the four points that an update passes, a mean over those that are timed and those that are not. */
    private static double times() {
        LearnerMetrics metrics = new LearnerMetrics(
                Specs.classifier("a", "s"), UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup());
        double fastest = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < UPDATES; i++) {
                metrics.passes(UpdatePoint.BEGUN);
                metrics.passes(UpdatePoint.STEPPED);
                metrics.passes(UpdatePoint.PROJECTED);
                metrics.passes(UpdatePoint.ENDED);
            }
            fastest = Math.min(fastest, (THREADS.getCurrentThreadCpuTime() - before) / (double) UPDATES);
        }
        return fastest;
    }

    private static void compare(String title, int inputs, int width, int batch, double times) {
        LearnerSpec spec = spec(inputs, width, batch);
        Event event = new Event();
        event.stream = "s";
        event.features.resizeFloats(inputs)[0] = 1;
        double fastest = Double.MAX_VALUE;
        try (Learner learner = Learners.create(spec, "cpu")) {
            int updates = Math.max(500, 1_000_000 / (inputs * width * batch));
            for (int round = 0; round < ROUNDS; round++) {
                long before = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < updates * batch; i++) {
                    event.label = i % Specs.CLASSES;
                    event.sequence++;
                    learner.observe(event, NOWHERE);
                }
                fastest = Math.min(fastest, (THREADS.getCurrentThreadCpuTime() - before) / (double) updates);
            }
        }
        System.out.printf(Locale.ROOT, "%s: %.0f ns an update, %.2f %%%n", title, fastest, 100 * times / fastest);
    }

    private static final LearnerOutput NOWHERE = new LearnerOutput() {
        @Override
        public void report(Report report) {}

        @Override
        public void taskSummary(TaskSummary summary) {}
    };

    private static LearnerSpec spec(int inputs, int width, int batch) {
        LearnerSpec small = Specs.classifier("a", "s");
        return new LearnerSpec(
                small.name(),
                small.variant(),
                small.streams(),
                small.seed(),
                new TaskSpec.Classification(List.of(inputs), Specs.CLASSES, 1.0),
                new NetworkSpec(
                        List.of(),
                        List.of(width, width),
                        Activation.RELU,
                        0.01,
                        Normalisation.LAYER_NORM,
                        1e-5,
                        Initialiser.PYTORCH),
                small.method(),
                small.interventions(),
                small.optimiser(),
                small.schedule(),
                batch,
                small.maxGradientNorm(),
                small.resetOptimiserOnReset(),
                MetricsSpec.cheap(Integer.MAX_VALUE),
                small.maxDivergences(),
                false,
                small.provenance());
    }
}
