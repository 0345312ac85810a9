package perennial.environment;

import java.util.List;

/**
 * When and how an environment changes.
 *
 * @param changes the changes in the order of their steps
 * @param repeatEvery steps after which all changes come again, as often as need be; 0 for never
 */
public record EnvironmentSchedule(List<ScheduledChange> changes, long repeatEvery) {

    public EnvironmentSchedule {
        changes = List.copyOf(changes);
        long previous = 0;
        for (ScheduledChange change : changes) {
            if (change.step() < previous) {
                throw new IllegalArgumentException("changes must stand in the order of their steps: step="
                        + change.step() + " previous=" + previous);
            }
            previous = change.step();
        }
        if (repeatEvery < 0 || repeatEvery > 0 && repeatEvery < previous) {
            throw new IllegalArgumentException("a schedule must end before it is repeated: repeatEvery=" + repeatEvery
                    + " lastStep=" + previous + "; 0 stands for never");
        }
    }

    /** Changes that come once. */
    public static EnvironmentSchedule once(ScheduledChange... changes) {
        return new EnvironmentSchedule(List.of(changes), 0);
    }

    /** Changes that come again every so many steps. */
    public static EnvironmentSchedule repeated(long every, ScheduledChange... changes) {
        if (every < 1) {
            throw new IllegalArgumentException("a schedule must be repeated after a step at least: every=" + every);
        }
        return new EnvironmentSchedule(List.of(changes), every);
    }

    /**
     * Reads a schedule, one change a line, each as {@link ScheduledChange#parse} has it.
     *
     * @param repeatEvery steps after which all changes come again; 0 for never
     */
    public static EnvironmentSchedule parse(List<String> lines, long repeatEvery) {
        return new EnvironmentSchedule(
                lines.stream().map(ScheduledChange::parse).toList(), repeatEvery);
    }

    /** Whether there is a change of this number, counted from 0 through all repetitions. */
    boolean has(int number) {
        return number < changes.size() || repeatEvery > 0 && !changes.isEmpty();
    }

    ScheduledChange change(int number) {
        return changes.get(number % changes.size());
    }

    /** Steps made before the change of this number. */
    long step(int number) {
        return number / changes.size() * repeatEvery + change(number).step();
    }
}
