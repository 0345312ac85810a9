package perennial.jobs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perennial.jobs.UserException;

/**
 * What a process found.
 *
 * @param numbers by name
 */
public record Measurement(Map<String, Double> numbers) {

    public Measurement {
        numbers = Map.copyOf(numbers);
    }

    /** Updates a second, all learners together. */
    public double updatesPerSecond() {
        return number("updatesPerSecond");
    }

    /** Microseconds from one update to the next, by the clock. */
    public double clockMicros() {
        return number("clockMicros");
    }

    /** Microseconds of processor time of the learner's thread for an update. */
    public double threadMicros() {
        return number("threadMicros");
    }

    /** Microseconds of processor time of the whole process for an update. */
    public double processMicros() {
        return number("processMicros");
    }

    /** Microseconds of processor time of the broker's process for an update. */
    public double brokerMicros() {
        return number("brokerMicros");
    }

    /** The numbers called {@code name0}, {@code name1} and so on; none where there is none. */
    public List<Double> series(String name) {
        List<Double> series = new ArrayList<>();
        while (numbers.containsKey(name + series.size())) {
            series.add(numbers.get(name + series.size()));
        }
        return series;
    }

    /** The number of that name. */
    public double number(String name) {
        Double number = numbers.get(name);
        if (number == null) {
            throw UserException.failed(
                    "a benchmark's process did not print what it found: missing=" + name + " found=" + numbers);
        }
        return number;
    }

    /** What is more here than in {@code other}, which has the same numbers. */
    public Measurement minus(Measurement other) {
        Map<String, Double> differences = new TreeMap<>();
        numbers.forEach((name, value) -> differences.put(name, value - other.number(name)));
        return new Measurement(differences);
    }
}
