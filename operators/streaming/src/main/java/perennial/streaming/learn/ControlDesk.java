package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import perennial.v1.ControlCommand;

/**
 * The commands of one learner: those that it had, so that none is carried out twice, those that wait, and the one that its rate is from.
 * Not thread-safe.
 */
final class ControlDesk {

    /** Commands whose ids are remembered. */
    static final int REMEMBERED = 10_000;

    /** Commands that may wait. */
    static final int WAITING = 1_000;

    private static final long NOTHING_WAITS = Long.MAX_VALUE;

    private final Set<String> handled = new LinkedHashSet<>();
    private final List<ControlCommand> scheduled = new ArrayList<>();
    private long next = NOTHING_WAITS;
    private ControlCommand rate;

    ControlDesk(ControlCheckpoint checkpoint) {
        handled.addAll(checkpoint.handled());
        scheduled.addAll(checkpoint.scheduled());
        rate = checkpoint.rate();
        findNext();
    }

    /** Takes note of a command; false where it was there before. */
    boolean note(String id) {
        if (!handled.add(id)) {
            return false;
        }
        if (handled.size() > REMEMBERED) {
            var oldest = handled.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    boolean isFull() {
        return scheduled.size() == WAITING;
    }

    /** Lets a command wait for its update, behind those of the same. */
    void schedule(ControlCommand command) {
        int place = scheduled.size();
        while (place > 0 && scheduled.get(place - 1).getAtUpdate() > command.getAtUpdate()) {
            place--;
        }
        scheduled.add(place, command);
        findNext();
    }

    /** The next command whose update was made, once; null where there is none. */
    ControlCommand takeDue(long updates) {
        if (updates < next) {
            return null;
        }
        ControlCommand due = scheduled.remove(0);
        findNext();
        return due;
    }

    /** All commands that wait; none does any more. */
    List<ControlCommand> takeAll() {
        List<ControlCommand> all = List.copyOf(scheduled);
        scheduled.clear();
        findNext();
        return all;
    }

    /** The command that set the present rate or schedule; null where the configuration does. */
    ControlCommand rate() {
        return rate;
    }

    /** Takes note of what the rate is from now on: a command, or null for the configuration. */
    void rateIsFrom(ControlCommand command) {
        rate = command;
    }

    private void findNext() {
        next = scheduled.isEmpty() ? NOTHING_WAITS : scheduled.get(0).getAtUpdate();
    }

    /** @param retiredAt updates of a learner that is retired; -1 for one that is not */
    ControlCheckpoint checkpoint(long retiredAt) {
        return handled.isEmpty()
                ? ControlCheckpoint.NONE
                : new ControlCheckpoint(List.copyOf(handled), scheduled, retiredAt, rate);
    }
}
