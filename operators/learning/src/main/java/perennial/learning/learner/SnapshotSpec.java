package perennial.learning.learner;

import java.io.Serializable;

/**
 * Which copies of what training changes a learner keeps to go back to.
 *
 * @param every updates from one copy to the next; 0 for those alone that are asked for
 * @param keep copies that are kept; the oldest goes first
 */
public record SnapshotSpec(long every, int keep) implements Serializable {

    /** Those that are asked for, as many as the configuration keeps by default. */
    public static final SnapshotSpec ASKED_FOR = new SnapshotSpec(0, 2);

    public SnapshotSpec {
        if (every < 0 || keep < 1) {
            throw new IllegalArgumentException(
                    "every must be 0 or more and keep at least 1: every=" + every + " keep=" + keep);
        }
    }

    boolean isDue(long updates) {
        return every > 0 && updates % every == 0;
    }
}
