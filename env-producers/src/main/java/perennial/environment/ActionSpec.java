package perennial.environment;

/**
 * The actions of an environment, numbered from 0.
 *
 * @param count number of actions
 */
public record ActionSpec(int count) {

    public ActionSpec {
        if (count < 1) {
            throw new IllegalArgumentException("an environment must have an action: count=" + count);
        }
    }

    /** Returns {@code action} if there is such an action. */
    public int check(int action) {
        if (action < 0 || action >= count) {
            throw new IllegalArgumentException(
                    "an action must be from 0 to " + (count - 1) + ": action=" + action + " actions=" + count);
        }
        return action;
    }
}
