package perennial.learning.plasticity;

import perennial.learning.engine.Engine;

/**
 * Frobenius norm of the Jacobian of all functions of the outputs with respect to all parameters, mean over the first inputs of the probe
 * batch. NaP's figure 2 does not say whether its Jacobian is that of the inputs or of the parameters; this is the second reading. Not
 * thread-safe.
 */
public final class ParameterJacobian {

    private final ProbeNetwork probe;
    private final RowGradients gradients;
    private final int rows;

    /** @param rows inputs to take at most */
    public ParameterJacobian(ProbeNetwork probe, int rows) {
        this.probe = probe;
        this.gradients = new RowGradients(probe);
        this.rows = rows;
    }

    /** The norm, mean over the inputs. */
    public double measure(ProbeBatch batch) {
        Engine engine = probe.engine();
        int count = Math.min(rows, probe.rows());
        double sum = 0;
        for (int row = 0; row < count; row++) {
            gradients.begin(row);
            double squares = 0;
            for (int function = 0; function < batch.functions(); function++) {
                squares += engine.sumOfSquares(gradients.ofFunction(batch, function));
            }
            sum += Math.sqrt(squares);
        }
        return sum / count;
    }
}
