package perennial.streaming.learn;

import java.util.List;
import perennial.v1.ControlCommand;

/**
 * What a learner remembers of commands. Immutable.
 *
 * @param handled ids of the last commands that it took in, oldest first
 * @param scheduled commands that wait for their update, in the order in which they take effect
 * @param retiredAt updates that a learner had made when it was retired; -1 for one that was not
 * @param rate the command that set the present rate or schedule; null where the configuration does
 */
public record ControlCheckpoint(
        List<String> handled, List<ControlCommand> scheduled, long retiredAt, ControlCommand rate) {

    /** Of a learner that never had a command. */
    public static final ControlCheckpoint NONE = new ControlCheckpoint(List.of(), List.of(), -1, null);

    public ControlCheckpoint {
        handled = List.copyOf(handled);
        scheduled = List.copyOf(scheduled);
    }

    boolean isRetired() {
        return retiredAt >= 0;
    }
}
