package perennial.learning.engine;

import perennial.learning.network.Normalisation;

/** The checks of arguments that all engines share. */
final class Shapes {

    private Shapes() {}

    static void checkProduct(int m, int n, int k) {
        if (m < 1 || n < 1 || k < 1) {
            throw new IllegalArgumentException("a matrix has rows and columns: m=" + m + " n=" + n + " k=" + k);
        }
    }

    static void checkLength(int length, long least, String role) {
        if (length < least) {
            throw new IllegalArgumentException("a buffer is too short: " + role + "=" + length + " needed=" + least);
        }
    }

    static void checkEqual(int length, int expected, String role) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    "buffers of one operation must have one length: " + role + "=" + length + " expected=" + expected);
        }
    }

    static IllegalArgumentException foreign(Buffer buffer, String role) {
        return new IllegalArgumentException("buffers of different engines do not mix: " + role + "="
                + (buffer == null ? "null" : buffer.getClass().getSimpleName() + " of another engine"));
    }

    /** Scales go with normalisers: without one no normalised values are kept to take the scale's gradient from. */
    static void checkScale(HiddenShape shape, Buffer scale) {
        if (scale != null && shape.normalisation() == Normalisation.NONE) {
            throw new IllegalArgumentException("a layer without normalisation has no scale: normalisation=NONE");
        }
    }

    static void checkScaleGradient(Buffer scale, Buffer scaleGradient) {
        if ((scale == null) != (scaleGradient == null)) {
            throw new IllegalArgumentException("a scale and its gradient come together or not at all: scale="
                    + (scale != null) + " scaleGradient=" + (scaleGradient != null));
        }
    }

    /** Refuses too few labels, and labels that name no class. */
    static void checkLabels(int batch, int classes, int[] labels) {
        if (labels.length < batch) {
            throw new IllegalArgumentException(
                    "every sample needs a label: batch=" + batch + " labels=" + labels.length);
        }
        for (int i = 0; i < batch; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "a label must name a class: sample=" + i + " label=" + labels[i] + " classes=" + classes);
            }
        }
    }

    static void checkStep(long step) {
        if (step < 1) {
            throw new IllegalArgumentException("Adam counts its steps from 1: step=" + step);
        }
    }
}
