package perennial.environment.source;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.learning.policy.Policy;

/** Which of a learner's policies its actors act with, record by record. Not thread-safe. */
interface ActingPolicy extends AutoCloseable {

    /**
     * The policy for the next record; asked once for each of them, in order.
     *
     * @param records records made so far, all of which the learner has taken in
     * @return null for none yet
     */
    Policy after(long records);

    /** Puts everything that does not follow from the learner. */
    void save(StateWriter state);

    /** Goes on from what {@link #save} put. */
    void restore(StateReader state);

    @Override
    void close();
}
