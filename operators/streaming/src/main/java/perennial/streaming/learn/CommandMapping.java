package perennial.streaming.learn;

import perennial.learning.learner.Command;
import perennial.learning.optimise.ScheduleSpec;
import perennial.v1.ControlCommand;
import perennial.v1.Pause;
import perennial.v1.Resume;
import perennial.v1.RollBack;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;

/** The one place that knows both the commands of the topic and those that learners take. */
final class CommandMapping {

    private CommandMapping() {}

    /**
     * What a learner itself is to do, at least; for a snapshot, to keep one.
     *
     * @throws IllegalArgumentException if the command asks for what cannot be
     */
    static Command command(ControlCommand record) {
        Object body = record.getBody();
        if (body instanceof SetRate set) {
            if (Double.isNaN(set.getLearningRate())) {
                throw new IllegalArgumentException("learningRate must be 0 or more and finite: learningRate=NaN");
            }
            return new Command.SetSchedule(set.getLearningRate(), new ScheduleSpec.Constant());
        }
        if (body instanceof SetSchedule set) {
            return schedule(set);
        }
        if (body instanceof Pause) {
            return new Command.Pause();
        }
        if (body instanceof Resume) {
            return new Command.Resume();
        }
        if (body instanceof RollBack back) {
            return new Command.RollBack(back.getToUpdate() == null ? Long.MAX_VALUE : back.getToUpdate());
        }
        return new Command.KeepSnapshot();
    }

    private static Command schedule(SetSchedule set) {
        // A rate left out and one that is no number are two things.
        if (set.getLearningRate() != null && set.getLearningRate().isNaN()) {
            throw new IllegalArgumentException("learningRate must be 0 or more and finite: learningRate=NaN");
        }
        double rate = set.getLearningRate() == null ? Double.NaN : set.getLearningRate();
        return switch (set.getSchedule()) {
            case CONFIGURED -> new Command.UseConfiguredSchedule();
            case CONSTANT -> new Command.SetSchedule(rate, new ScheduleSpec.Constant());
            case LINEAR ->
                new Command.SetSchedule(
                        rate,
                        new ScheduleSpec.Linear(set.getEndLearningRate(), set.getUpdates(), set.getRestartOnReset()));
            case COSINE ->
                new Command.SetSchedule(
                        rate,
                        new ScheduleSpec.Cosine(
                                set.getInitialLearningRate(),
                                set.getWarmUpUpdates(),
                                set.getEndLearningRate(),
                                set.getUpdates(),
                                set.getRestartOnReset()));
            case OTHER ->
                throw new IllegalArgumentException(
                        "the schedule must be one that this version knows: schedule=other; run a newer version");
        };
    }
}
