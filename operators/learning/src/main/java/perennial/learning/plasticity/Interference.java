package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/**
 * What the gradients of single inputs have to do with each other, on the first inputs of the probe batch (Lyle et al. 2023; Lewandowski et
 * al. 2023):
 *
 * <ul>
 *   <li>cosines of the losses' gradients: learning one input hurts another where theirs is negative
 *   <li>effective rank of the empirical Fisher matrix, the mean of g g' over the losses' gradients g, whose eigenvalues are
 *       those of the Gram matrix of the gradients divided by their number
 *   <li>effective rank of the empirical neural tangent kernel, K_ij = sum over functions f of grad f(x_i) . grad f(x_j)
 * </ul>
 *
 * <p>Holds a gradient for each of those inputs. Not thread-safe.
 */
public final class Interference {

    private final ProbeNetwork probe;
    private final RowGradients gradients;
    private final int rows;
    private final int length;
    private final Buffer matrix;
    private final Buffer products;
    private double meanCosine;
    private double negativeFraction;
    private double fisherRank;
    private double tangentKernelRank;

    /** @param rows inputs to take at most */
    public Interference(ProbeNetwork probe, int rows) {
        this.probe = probe;
        this.gradients = new RowGradients(probe);
        this.rows = rows;
        this.length = probe.network().parameters().length();
        this.matrix = probe.engine().allocate(Math.multiplyExact(rows, length));
        this.products = probe.engine().allocate(Math.multiplyExact(rows, rows));
    }

    /** Measures the probe batch. */
    public void measure(ProbeBatch batch) {
        int count = Math.min(rows, probe.rows());
        measureLosses(batch, count);
        double[] kernel = new double[count * count];
        for (int function = 0; function < batch.functions(); function++) {
            for (int row = 0; row < count; row++) {
                gradients.begin(row);
                keep(row, gradients.ofFunction(batch, function));
            }
            float[] gram = gram(count);
            for (int i = 0; i < kernel.length; i++) {
                kernel[i] += gram[i];
            }
        }
        tangentKernelRank = effectiveRank(kernel, count);
    }

    private void measureLosses(ProbeBatch batch, int count) {
        int outputs = probe.network().outputs();
        batch.loss(probe.forward(), probe.rows(), probe.outputGradient());
        float[] lossGradients = new float[count * outputs];
        probe.outputGradient().read(0, lossGradients, 0, lossGradients.length);
        for (int row = 0; row < count; row++) {
            gradients.begin(row);
            keep(row, gradients.ofOutputs(lossGradients, row * outputs));
        }
        float[] gram = gram(count);
        double sum = 0;
        int negative = 0;
        int pairs = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                double norms = Math.sqrt((double) gram[i * count + i] * gram[j * count + j]);
                if (norms > 0) {
                    sum += gram[i * count + j] / norms;
                    negative += gram[i * count + j] < 0 ? 1 : 0;
                    pairs++;
                }
            }
        }
        meanCosine = pairs == 0 ? Double.NaN : sum / pairs;
        negativeFraction = pairs == 0 ? Double.NaN : (double) negative / pairs;
        double[] fisher = new double[gram.length];
        for (int i = 0; i < gram.length; i++) {
            fisher[i] = gram[i];
        }
        fisherRank = effectiveRank(fisher, count);
    }

    private void keep(int row, Buffer gradient) {
        probe.engine().copy(gradient, matrix.view(row * length, length));
    }

    private float[] gram(int count) {
        Engine engine = probe.engine();
        engine.matrixProduct(false, true, count, count, length, 1f, matrix, matrix, 0f, products);
        float[] gram = new float[count * count];
        products.read(0, gram, 0, gram.length);
        return gram;
    }

    /** Effective rank of a matrix without negative eigenvalues but for rounding. */
    private static double effectiveRank(double[] matrix, int n) {
        double[] values = SymmetricEigenvalues.of(matrix, n);
        for (int i = 0; i < n; i++) {
            values[i] = Math.max(0, values[i]);
        }
        return FeatureRanks.effective(values);
    }

    /** Mean cosine between the losses' gradients of two inputs; pairs with a gradient of 0 are left out. */
    public double meanCosine() {
        return meanCosine;
    }

    /** Fraction of those pairs whose cosine is negative. */
    public double negativeFraction() {
        return negativeFraction;
    }

    /** Effective rank of the empirical Fisher matrix. */
    public double fisherRank() {
        return fisherRank;
    }

    /** Effective rank of the empirical neural tangent kernel. */
    public double tangentKernelRank() {
        return tangentKernelRank;
    }
}
