package perennial.streaming.learn;

import java.io.Serializable;
import perennial.learning.event.EventSource;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;

/** Where the sources of learners that own one come from: shipped with the job graph and asked where the learner is held. */
public interface InJobSources extends Serializable {

    /**
     * A learner's source at its beginning, which the caller closes.
     *
     * @param spec what defines the learner
     * @param learner takes in each event before the next is asked for; not closed with the source
     */
    EventSource open(LearnerSpec spec, Learner learner);

    /** How many events that learner's source has at the most. */
    long mostEvents(LearnerSpec spec);
}
