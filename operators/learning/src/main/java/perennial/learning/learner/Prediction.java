package perennial.learning.learner;

/**
 * What a learner said of an example before it learned from it.
 *
 * @param predictedClass the class with the highest probability; -1 for a regression
 * @param probability its probability; NaN for a regression
 * @param values the predicted values of a regression; null for a classification
 * @param update updates the learner had made when it predicted
 */
public record Prediction(
        String learner,
        String stream,
        int actor,
        long sequence,
        int predictedClass,
        float probability,
        float[] values,
        long update) {}
