package perennial.streaming.learn;

import java.io.Serializable;

/**
 * How often a learner says what it would do and how far it has come, so that actors can act with its policies and wait for
 * it. Everything is counted in the learner's own events and updates, never in time: what is published twice after a failure is
 * the same.
 *
 * @param policyEvery updates from one policy to the next; the first goes out at the learner's first event
 * @param progressEvery events from one word of progress to the next; actors must be let further ahead than this
 */
public record PolicyPublication(long policyEvery, long progressEvery) implements Serializable {

    public PolicyPublication {
        if (policyEvery < 1 || progressEvery < 1) {
            throw new IllegalArgumentException("policies and progress are published every 1 or more: policyEvery="
                    + policyEvery + " progressEvery=" + progressEvery);
        }
    }
}
