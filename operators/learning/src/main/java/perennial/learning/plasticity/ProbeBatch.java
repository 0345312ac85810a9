package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;

/**
 * The inputs that metrics are computed on, and what a network's outputs for them mean. Whatever it does, training does not see it. A
 * probe batch has as many inputs as it was drawn with, until it is drawn again.
 */
public interface ProbeBatch {

    /**
     * Draws the batch.
     *
     * @param inputs Modified: the inputs as the network takes them, one after the other
     * @return how many there are, at most the probe's size; 0 where there are none
     */
    int draw(Buffer inputs);

    /**
     * Mean loss of the outputs for the drawn inputs.
     *
     * @param outputs Not modified.
     * @param gradient Modified: gradient of the loss with respect to the outputs
     */
    double loss(Buffer outputs, int rows, Buffer gradient);

    /** How many scalar functions the outputs stand for: classes' logits, predicted values, or values of actions. */
    int functions();

    /**
     * One of the functions for one row of outputs.
     *
     * @param outputs all rows of outputs. Not modified.
     * @param gradient Modified: gradient with respect to that row's outputs, written where the row stands in {@code outputs}
     * @return the function's value
     */
    double function(int index, float[] outputs, int row, float[] gradient);

    /** The loss of the update's own batch again, with the parameters as they are now. */
    double lossAfterUpdate();
}
