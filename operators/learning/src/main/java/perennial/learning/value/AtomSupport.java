package perennial.learning.value;

import java.util.Arrays;

/** Equally spaced returns that carry a distribution's mass, and the projection of a shifted distribution back onto them. */
final class AtomSupport {

    private final int atoms;
    private final double lowest;
    private final double highest;
    private final double spacing;

    AtomSupport(int atoms, double lowest, double highest) {
        this.atoms = atoms;
        this.lowest = lowest;
        this.highest = highest;
        this.spacing = (highest - lowest) / (atoms - 1);
    }

    /** The return that an atom stands for. */
    double atom(int index) {
        return lowest + index * spacing;
    }

    /** Mean return of the distribution that stands from {@code at} on. */
    double mean(double[] distribution, int at) {
        double mean = 0;
        for (int i = 0; i < atoms; i++) {
            mean += distribution[at + i] * atom(i);
        }
        return mean;
    }

    /**
     * The categorical projection (Bellemare et al. 2017, algorithm 1): each atom z moves to reward + discount z, cut off at the
     * support's ends, and its mass goes to the two nearest atoms in proportion to nearness.
     *
     * @param source Not modified.
     * @param target Modified: the projected distribution, from {@code at} on
     */
    void project(double[] source, double reward, double discount, double[] target, int at) {
        Arrays.fill(target, at, at + atoms, 0);
        for (int i = 0; i < atoms; i++) {
            double moved = Math.max(lowest, Math.min(highest, reward + discount * atom(i)));
            double place = Math.min((moved - lowest) / spacing, atoms - 1.0);
            int lower = (int) Math.floor(place);
            int upper = (int) Math.ceil(place);
            if (lower == upper) {
                // On an atom both distances are 0, and its mass would be lost.
                if (upper > 0) {
                    lower--;
                } else {
                    upper++;
                }
            }
            target[at + lower] += source[i] * (upper - place);
            target[at + upper] += source[i] * (place - lower);
        }
    }

    /**
     * The softmax of logits.
     *
     * @param logits Not modified; read from {@code at} on for as many values as {@code probabilities} has
     * @param probabilities Modified.
     * @return logarithm of the sum of the exponentials
     */
    static double softmax(float[] logits, int at, double[] probabilities) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < probabilities.length; i++) {
            greatest = Math.max(greatest, logits[at + i]);
        }
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = Math.exp(logits[at + i] - greatest);
            sum += probabilities[i];
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
        return greatest + Math.log(sum);
    }
}
