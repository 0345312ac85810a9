package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/**
 * Weight normalisation of one layer (Salimans and Kingma 2016, equation 2): each row of the weight that is used is w = g v / |v|, and
 * v and g are what is trained.
 *
 * @param matrix v
 * @param gain g, one per row
 * @param used w
 * @param inverseNorms 1 / |v|, kept for the way back
 */
record NormalisedRows(
        Engine engine,
        int rows,
        int columns,
        Buffer matrix,
        Buffer gain,
        Buffer gainGradient,
        Buffer used,
        Buffer inverseNorms) {

    static NormalisedRows of(Engine engine, Parameter weight, Parameter gain, Buffer values, Buffer gradients) {
        int rows = gain.length();
        return new NormalisedRows(
                engine,
                rows,
                weight.length() / rows,
                weight.in(values),
                gain.in(values),
                gain.in(gradients),
                engine.allocate(weight.length()),
                engine.allocate(rows));
    }

    /** Writes w. */
    void forward() {
        engine.normaliseRows(rows, columns, matrix, gain, inverseNorms, used);
    }

    /** From the gradient with respect to w to those with respect to v, in its place, and g. */
    void backward(Buffer gradient) {
        engine.normaliseRowsBackward(rows, columns, matrix, gain, inverseNorms, gradient, gainGradient);
    }

    /** Makes the rows' norms the gains, so that w is v. */
    void takeNorms() {
        float[] norms = new float[rows];
        for (int row = 0; row < rows; row++) {
            norms[row] = (float) Math.sqrt(engine.sumOfSquares(matrix.view(row * columns, columns)));
        }
        gain.set(norms);
    }
}
