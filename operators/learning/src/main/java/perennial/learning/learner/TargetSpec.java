package perennial.learning.learner;

import java.io.Serializable;

/** How the weights of a target network follow those of the network in training. */
public sealed interface TargetSpec extends Serializable {

    /** They are copied after every {@code every}-th update. */
    record Copied(long every) implements TargetSpec {
        public Copied {
            if (every < 1) {
                throw new IllegalArgumentException("a target is copied every 1 or more updates: every=" + every);
            }
        }
    }

    /** After each update they go the fraction {@code rate} of the way (Polyak averaging). */
    record Averaged(double rate) implements TargetSpec {
        public Averaged {
            if (!(rate > 0 && rate <= 1)) {
                throw new IllegalArgumentException("a target's rate must lie in (0, 1]: rate=" + rate);
            }
        }
    }
}
