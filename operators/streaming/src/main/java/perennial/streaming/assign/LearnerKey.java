package perennial.streaming.assign;

/**
 * The key of one learner, as a checkpoint holds it.
 *
 * @param learner name of the learner
 * @param key the key that its state lies under
 */
record LearnerKey(String learner, int key) {}
