package perennial.learning.learner;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;

/** What the network's outputs for a micro-batch are measured against: it holds the batch's targets. */
sealed interface Objective permits CrossEntropyObjective, SquaredErrorObjective {

    /** @param prefix of its names in a learner's state */
    static Objective of(TaskSpec task, int batchCapacity, Engine engine, String prefix) {
        if (task instanceof TaskSpec.Classification classification) {
            return new CrossEntropyObjective(classification.classes(), batchCapacity, engine, prefix);
        }
        if (task instanceof TaskSpec.Regression regression) {
            return new SquaredErrorObjective(regression.outputs(), batchCapacity, engine, prefix);
        }
        throw new IllegalArgumentException("a supervised learner learns classes or values: task=" + task);
    }

    /** Outputs of one row. */
    int outputs();

    /** Takes over the target of {@code event} as that of one row of the batch. */
    void put(int row, Event event);

    /** Reads what the network said of each row, before {@link #loss}. */
    void read(Buffer outputs, int rows);

    /** How many rows were predicted right; -1 where right and wrong have no meaning. */
    int correct(int rows);

    /**
     * Mean loss of the batch.
     *
     * @param gradient Modified: gradient of the loss with respect to the outputs
     */
    double loss(Buffer outputs, int rows, Buffer gradient);

    /** What was said of a row when it was read last. */
    Prediction prediction(int row, String learner, String stream, int actor, long sequence, long update);

    /** Puts the targets of the first {@code rows} rows. */
    void save(LearnerState state, int rows);

    void restore(LearnerState state, int rows);
}
