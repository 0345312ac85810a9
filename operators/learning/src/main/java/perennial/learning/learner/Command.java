package perennial.learning.learner;

import static java.util.Objects.requireNonNull;

import perennial.learning.optimise.ScheduleSpec;

/** What somebody tells a learner between two of its events, beyond what its spec says. */
public sealed interface Command {

    /**
     * From the next update on the rate moves so, counted from here: the next update has index 0.
     *
     * @param learningRate rate that the schedule starts from; NaN for the one that the present schedule started from
     * @param schedule how it moves; {@link ScheduleSpec.Constant} to hold it
     */
    record SetSchedule(double learningRate, ScheduleSpec schedule) implements Command {
        public SetSchedule {
            requireNonNull(schedule, "schedule");
            if (learningRate < 0 || Double.isInfinite(learningRate)) {
                throw new IllegalArgumentException(
                        "learningRate must be 0 or more and finite: learningRate=" + learningRate);
            }
        }
    }

    /** The rate moves again as the spec says, as if nothing else had been said. */
    record UseConfiguredSchedule() implements Command {}

    /** No update is made from here on; events are taken in, and examples are predicted and scored. */
    record Pause() implements Command {}

    /** Updates are made again. So they are by a learner that stopped after too many divergences, until its next one. */
    record Resume() implements Command {}

    /** Keeps a copy of what training changes, to go back to. */
    record KeepSnapshot() implements Command {}

    /**
     * Goes back to a kept copy of all that training changes, what methods and interventions remember included. Counters, replay
     * memory, generators and a rate that somebody has set go on.
     *
     * @param update the copy that was kept at this update, or the last one before it; {@link Long#MAX_VALUE} for the newest
     */
    record RollBack(long update) implements Command {}

    /**
     * What became of a command.
     *
     * @param isDone whether it was carried out; otherwise nothing was changed
     * @param text what was done, or why it could not be
     */
    record Answer(boolean isDone, String text) {

        static Answer done(String text) {
            return new Answer(true, text);
        }

        static Answer refused(String text) {
            return new Answer(false, text);
        }
    }
}
