package perennial.learning.engine;

/** The check of class labels that all engines share. */
final class Labels {

    private Labels() {}

    /** Refuses too few labels, and labels that name no class. */
    static void check(int batch, int classes, int[] labels) {
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
}
