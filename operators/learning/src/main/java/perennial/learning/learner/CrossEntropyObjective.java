package perennial.learning.learner;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;

/** Cross-entropy between the softmax of the outputs and one class per row. */
final class CrossEntropyObjective implements Objective {

    private final Engine engine;
    private final String labelsName;
    private final int classes;
    private final int[] labels;
    private final float[] logits;

    CrossEntropyObjective(int classes, int batchCapacity, Engine engine, String prefix) {
        this.engine = engine;
        this.labelsName = prefix + ".labels";
        this.classes = classes;
        this.labels = new int[batchCapacity];
        this.logits = new float[Math.multiplyExact(batchCapacity, classes)];
    }

    @Override
    public int outputs() {
        return classes;
    }

    @Override
    public void put(int row, Event event) {
        labels[row] = event.label;
    }

    @Override
    public void read(Buffer outputs, int rows) {
        outputs.read(0, logits, 0, rows * classes);
    }

    @Override
    public int correct(int rows) {
        int correct = 0;
        for (int row = 0; row < rows; row++) {
            correct += mostLikely(row) == labels[row] ? 1 : 0;
        }
        return correct;
    }

    /** The class with the greatest logit, the first of equals; -1 where a logit is not a number. */
    private int mostLikely(int row) {
        int start = row * classes;
        int best = 0;
        for (int i = 0; i < classes; i++) {
            float logit = logits[start + i];
            if (Float.isNaN(logit)) {
                return -1;
            }
            if (logit > logits[start + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public double loss(Buffer outputs, int rows, Buffer gradient) {
        return engine.softmaxCrossEntropy(rows, classes, outputs, labels, gradient);
    }

    @Override
    public Prediction prediction(int row, String learner, String stream, int actor, long sequence, long update) {
        int best = mostLikely(row);
        float probability = Float.NaN;
        if (best >= 0) {
            int start = row * classes;
            double sum = 0;
            for (int i = 0; i < classes; i++) {
                sum += Math.exp((double) logits[start + i] - logits[start + best]);
            }
            probability = (float) (1 / sum);
        }
        return new Prediction(learner, stream, actor, sequence, best, probability, null, update);
    }

    @Override
    public void save(LearnerState state, int rows) {
        state.put(labelsName, Arrays.copyOf(labels, rows));
    }

    @Override
    public void restore(LearnerState state, int rows) {
        System.arraycopy(state.ints(labelsName), 0, labels, 0, rows);
    }
}
