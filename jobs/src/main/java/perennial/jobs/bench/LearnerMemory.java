package perennial.jobs.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.learn.EngineLearners;

/** A process that holds learners and says what they take. */
public final class LearnerMemory {

    /** Collections until what is garbage is gone, what waits for a finaliser included. */
    private static final int COLLECTIONS = 3;

    private LearnerMemory() {}

    /**
     * What learners take, measured in a process of its own.
     *
     * @param jobCase which learners
     * @param count how many of it
     * @param records examples or transitions that each has taken in
     * @param overrides changes of {@code bench.yaml}
     * @return {@code heapBytes}, live after a collection, and {@code nativeBytes}; what the process has besides taken off
     */
    public static Measurement measure(JobCase jobCase, int count, long records, List<String> overrides) {
        List<String> arguments =
                new ArrayList<>(List.of(jobCase.name(), Integer.toString(count), Long.toString(records)));
        arguments.addAll(overrides);
        return new Measurement(ChildProcess.measure(LearnerMemory.class, arguments.toArray(new String[0])));
    }

    public static void main(String[] arguments) {
        JobCase jobCase = JobCase.valueOf(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        long records = Long.parseLong(arguments[2]);
        LearnerSpec spec = BenchConfiguration.load(List.of(arguments).subList(3, arguments.length))
                .withLearners(jobCase.learners(1))
                .learnerSpecs()
                .get(0);
        // Loads classes, kernels and whatever else comes once for all learners; held on to, so that it counts on
        // neither side.
        List<Learner> first = hold(jobCase, spec, 1, records);
        long heapBefore = heap();
        long nativeBefore = Pointer.totalBytes();
        List<Learner> learners = hold(jobCase, spec, count, records);
        JobRun.print("heapBytes", heap() - heapBefore);
        JobRun.print("nativeBytes", Pointer.totalBytes() - nativeBefore);
        learners.forEach(Learner::close);
        first.forEach(Learner::close);
    }

    private static List<Learner> hold(JobCase jobCase, LearnerSpec spec, int count, long records) {
        List<Learner> learners = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            learners.add(new EngineLearners("cpu").make(spec, null));
        }
        if (records > 0) {
            new CaseEvents(jobCase, records)
                    .forEach(event -> learners.forEach(learner -> learner.observe(event, Ignored.OUTPUT)));
        }
        return learners;
    }

    private static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
