package perennial.jobs.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import perennial.v1.TaskSummary;

/**
 * The task summaries of a run, by learner and task. A summary that comes a second time (after a failure) has the same bytes and
 * changes nothing. Thread-safe.
 */
public final class TaskResults {

    private final Map<String, TreeMap<Integer, TaskSummary>> byLearner = new LinkedHashMap<>();

    /** @param learners names of the learners, in the order in which tables and plots show them */
    public TaskResults(Collection<String> learners) {
        learners.forEach(learner -> byLearner.put(learner, new TreeMap<>()));
    }

    /** Takes in one summary. */
    public synchronized void add(TaskSummary summary) {
        byLearner.computeIfAbsent(summary.getLearner(), name -> new TreeMap<>()).put(summary.getTask(), summary);
    }

    /** Names of the learners. */
    public synchronized List<String> learners() {
        return new ArrayList<>(byLearner.keySet());
    }

    /** A learner's summaries in the order of tasks. */
    public synchronized List<TaskSummary> of(String learner) {
        TreeMap<Integer, TaskSummary> tasks = byLearner.get(learner);
        return tasks == null ? List.of() : new ArrayList<>(tasks.values());
    }

    /** Tasks that every learner has closed. */
    public synchronized int closedByAll() {
        return byLearner.values().stream().mapToInt(TreeMap::size).min().orElse(0);
    }

    /**
     * Mean of a value over a learner's tasks {@code from} to {@code to}, both included, or empty where none of them has it.
     */
    public synchronized OptionalDouble mean(String learner, int from, int to, Function<TaskSummary, Double> value) {
        TreeMap<Integer, TaskSummary> tasks = byLearner.get(learner);
        if (tasks == null) {
            return OptionalDouble.empty();
        }
        return tasks.subMap(from, true, to, true).values().stream()
                .map(value)
                .filter(v -> v != null)
                .mapToDouble(Double::doubleValue)
                .average();
    }
}
