package perennial.learning.learner;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import perennial.learning.event.Event;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.plasticity.MetricsSpec;

/**
 * Measures what metrics cost, in processor time of the training thread: run its main method with the module's test class path. For each network
 * it takes turns between learners that differ in their metrics alone, and compares their fastest rounds. docs/metrics.md has its results.
 */
final class MetricsCost {

    private static final int WARM_UP = 3;
    private static final int ROUNDS = 12;
    private static final int REPORTS_PER_ROUND = 10;
    private static final String NONE = "none";
    private static final String REPORTS = "reports";
    private static final String ONE_REPORT = "one report";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final LearnerOutput NOWHERE = new LearnerOutput() {
        @Override
        public void report(Report report) {}

        @Override
        public void taskSummary(TaskSummary summary) {}
    };

    private MetricsCost() {}

    public static void main(String[] arguments) {
        compare("MLP 784-128-128-10, batch 128 (the demo's)", mlp(128, 128), 200);
        compare("MLP 784-512-512-10, batch 128", mlp(512, 128), 40);
        compare("MLP 784-128-128-10, batch 1", mlp(128, 1), 1000);
        compare("CNN 4x10x10, 16 channels, 128 units, 6 classes, batch 32", cnn(), 300);
    }

    private static SpecBuilder mlp(int width, int batchSize) {
        return SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Classification(List.of(784), 10, 1.0);
            s.hidden = List.of(width, width);
            s.batchSize = batchSize;
        });
    }

    private static SpecBuilder cnn() {
        return SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Classification(List.of(4, 10, 10), 6, 1.0);
            s.convolutions = List.of(new ConvolutionSpec(16, 3, 1, 0));
            s.hidden = List.of(128);
            s.batchSize = 32;
        });
    }

    private static void compare(String title, SpecBuilder spec, int updates) {
        // Ten reports to a round, since one costs less than the noise; of each other group one measurement at its end.
        Map<String, MetricsSpec> metrics = new LinkedHashMap<>();
        metrics.put(NONE, MetricsSpec.cheap(Integer.MAX_VALUE));
        metrics.put(REPORTS, MetricsSpec.cheap(updates / REPORTS_PER_ROUND));
        metrics.put(ONE_REPORT, MetricsSpec.cheap(updates));
        metrics.put("spectralNorms", new MetricsSpec(updates, 1, 0, 0, 0, 0, 0, 0, 128, 16, 10, 2000));
        metrics.put("ranks", new MetricsSpec(updates, 0, 1, 0, 0, 0, 0, 0, 128, 16, 10, 2000));
        metrics.put("inputGradients", new MetricsSpec(updates, 0, 0, 1, 0, 0, 0, 0, 128, 16, 10, 2000));
        metrics.put("jacobian", new MetricsSpec(updates, 0, 0, 0, 1, 0, 0, 0, 128, 16, 10, 2000));
        metrics.put("interference", new MetricsSpec(updates, 0, 0, 0, 0, 1, 0, 0, 128, 16, 10, 2000));
        metrics.put("curvature", new MetricsSpec(updates, 0, 0, 0, 0, 0, 1, 0, 128, 16, 10, 2000));
        metrics.put(
                "plasticityProbe, 1 target x 100 steps",
                new MetricsSpec(updates, 0, 0, 0, 0, 0, 0, 1, 128, 16, 1, 100));
        Map<String, Double> times = measure(spec, metrics, updates);

        double update = times.get(NONE) / updates;
        double report = (times.get(REPORTS) - times.get(NONE)) / REPORTS_PER_ROUND;
        System.out.printf(Locale.ROOT, "%n%s%n  update %.3f ms%n", title, update);
        System.out.printf(Locale.ROOT, "  report %.3f ms = %.2f updates%n", report, report / update);
        double defaults = 10 * report;
        for (String group : metrics.keySet()) {
            if (!List.of(NONE, REPORTS, ONE_REPORT).contains(group)) {
                double cost = times.get(group) - times.get(ONE_REPORT);
                System.out.printf(Locale.ROOT, "  %s %.3f ms = %.2f updates%n", group, cost, cost / update);
                if (List.of("spectralNorms", "ranks", "inputGradients", "jacobian")
                        .contains(group)) {
                    defaults += cost;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "  reports every 100 updates and the default groups every 1000: %.1f %%%n",
                100 * defaults / (1000 * update));
    }

    /** Milliseconds of the fastest round, which others on the machine disturbed least, by the name of what was measured in it. */
    private static Map<String, Double> measure(SpecBuilder spec, Map<String, MetricsSpec> metrics, int updates) {
        Event[] events = Events.random(spec.task, 4 * spec.batchSize, 0, 1).toArray(new Event[0]);
        Map<String, Double> times = new LinkedHashMap<>();
        Map<String, Learner> learners = new LinkedHashMap<>();
        metrics.forEach((name, metric) -> learners.put(
                name, Learners.create(spec.with(s -> s.metrics = metric).build(), "cpu")));
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (Map.Entry<String, Learner> entry : learners.entrySet()) {
                long before = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < updates * spec.batchSize; i++) {
                    entry.getValue().observe(events[i % events.length], NOWHERE);
                }
                double elapsed = (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
                if (round >= 0) {
                    times.merge(entry.getKey(), elapsed, Math::min);
                }
            }
        }
        learners.values().forEach(Learner::close);
        return times;
    }
}
