package perennial.learning.learner;

import perennial.learning.optimise.Schedule;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.optimise.ScheduleSpec.Constant;
import perennial.learning.optimise.ScheduleSpec.Cosine;
import perennial.learning.optimise.ScheduleSpec.Linear;
import perennial.learning.state.LearnerState;

/** The rate of a learner's updates: as its spec says, or as a command said since. Not thread-safe. */
final class LearningRate {

    private static final String RATES = "control.rates";
    private static final String COUNTS = "control.schedule";

    private static final int CONSTANT = 0;
    private static final int LINEAR = 1;
    private static final int COSINE = 2;

    private final ScheduleSpec configuredSpec;
    private final double configuredStart;

    // Whether no command has said otherwise.
    private boolean isConfigured;
    private ScheduleSpec spec;
    private double start;
    private Schedule schedule;

    /** Updates that were made before the present schedule's index 0: of the learner, and of the task. */
    private long updatesBefore;

    private long taskUpdatesBefore;

    /**
     * @param configuredStart the optimiser's rate
     */
    LearningRate(ScheduleSpec configuredSpec, double configuredStart) {
        this.configuredSpec = configuredSpec;
        this.configuredStart = configuredStart;
        useConfigured();
    }

    /** The rate of the update that comes next. */
    double next(Progress progress) {
        return schedule.rateAt(
                schedule.restartsOnReset()
                        ? progress.taskUpdates - taskUpdatesBefore
                        : progress.updates - updatesBefore);
    }

    /** A label reset has begun a task. */
    void beginTask() {
        taskUpdatesBefore = 0;
    }

    void useConfigured() {
        isConfigured = true;
        use(configuredSpec, configuredStart, 0, 0);
    }

    /** What holds from the next update on. */
    void set(Command.SetSchedule command, Progress progress) {
        isConfigured = false;
        use(
                command.schedule(),
                Double.isNaN(command.learningRate()) ? start : command.learningRate(),
                progress.updates,
                progress.taskUpdates);
    }

    private void use(ScheduleSpec newSpec, double newStart, long updates, long taskUpdates) {
        spec = newSpec;
        start = newStart;
        schedule = new Schedule(newSpec, newStart);
        updatesBefore = updates;
        taskUpdatesBefore = taskUpdates;
    }

    /** In words. */
    String description() {
        if (spec instanceof Linear linear) {
            return "from " + start + " on a straight line to " + linear.endLearningRate() + " in " + linear.updates()
                    + " updates" + restart(linear);
        }
        if (spec instanceof Cosine cosine) {
            return "from " + cosine.initialLearningRate() + " to " + start + " in " + cosine.warmUpUpdates()
                    + " updates, then along half a cosine to " + cosine.endLearningRate() + " until update "
                    + cosine.updates() + " from here" + restart(cosine);
        }
        return start + ", constant";
    }

    private static String restart(ScheduleSpec spec) {
        return spec.restartOnReset() ? ", again from each label reset" : "";
    }

    /** Puts nothing where the spec holds, as before there were commands. */
    void save(LearnerState state) {
        if (isConfigured) {
            return;
        }
        double end = 0;
        double initial = 0;
        long updates = 0;
        long warmUp = 0;
        int kind = CONSTANT;
        if (spec instanceof Linear linear) {
            kind = LINEAR;
            end = linear.endLearningRate();
            updates = linear.updates();
        } else if (spec instanceof Cosine cosine) {
            kind = COSINE;
            end = cosine.endLearningRate();
            initial = cosine.initialLearningRate();
            updates = cosine.updates();
            warmUp = cosine.warmUpUpdates();
        }
        state.put(RATES, new double[] {start, end, initial}).put(COUNTS, new long[] {
            kind, updates, warmUp, spec.restartOnReset() ? 1 : 0, updatesBefore, taskUpdatesBefore
        });
    }

    void restore(LearnerState state) {
        if (!state.has(COUNTS)) {
            useConfigured();
            return;
        }
        double[] rates = state.doubles(RATES);
        long[] counts = state.longs(COUNTS);
        boolean restart = counts[3] != 0;
        isConfigured = false;
        use(
                switch ((int) counts[0]) {
                    case CONSTANT -> new Constant();
                    case LINEAR -> new Linear(rates[1], counts[1], restart);
                    case COSINE -> new Cosine(rates[2], counts[2], rates[1], counts[1], restart);
                    default ->
                        throw new IllegalArgumentException("a saved schedule must be of a known kind: kind=" + counts[0]
                                + "; restore it with the release that wrote it or a newer one");
                },
                rates[0],
                counts[4],
                counts[5]);
    }
}
