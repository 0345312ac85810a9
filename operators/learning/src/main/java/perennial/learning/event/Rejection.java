package perennial.learning.event;

/**
 * Why a learner cannot use an event.
 *
 * @param reason the kind of trouble
 * @param error what is wrong, in words, with the values that show it
 */
public record Rejection(Reason reason, String error) {

    /** The kinds of trouble. */
    public enum Reason {
        WRONG_SIZE,
        NOT_FINITE,
        LABEL_OUT_OF_RANGE,
        UNKNOWN_ACTION,
        WRONG_KIND
    }
}
