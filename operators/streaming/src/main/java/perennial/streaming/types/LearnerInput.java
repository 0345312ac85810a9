package perennial.streaming.types;

/** Something on its way to one learner. */
public interface LearnerInput {

    /** Key of the learner, see {@code LearnerKeys}. */
    Integer key();

    /** Name of the learner. */
    String learner();
}
