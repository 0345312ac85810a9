package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;

/** Gradients with respect to the parameters for one input of the probe batch at a time. Not thread-safe. */
final class RowGradients {

    private final ProbeNetwork probe;
    private final int outputs;
    private final Buffer outputGradient;
    private final float[] rowOutputs;
    private final float[] rowGradient;

    RowGradients(ProbeNetwork probe) {
        this.probe = probe;
        this.outputs = probe.network().outputs();
        this.outputGradient = probe.engine().allocate(outputs);
        this.rowOutputs = new float[outputs];
        this.rowGradient = new float[outputs];
    }

    /** Sends one input forward; {@link #ofFunction} and {@link #ofOutputs} are then about it. */
    void begin(int row) {
        probe.forward(row).read(0, rowOutputs, 0, outputs);
    }

    /** Gradient of one function of the outputs; the network's own buffer. */
    Buffer ofFunction(ProbeBatch batch, int function) {
        batch.function(function, rowOutputs, 0, rowGradient);
        return ofOutputs(rowGradient, 0);
    }

    /**
     * Gradient of what has the given gradient with respect to the outputs; the network's own buffer.
     *
     * @param gradient read from {@code at} on. Not modified.
     */
    Buffer ofOutputs(float[] gradient, int at) {
        outputGradient.write(0, gradient, at, outputs);
        probe.network().backward(outputGradient);
        return probe.network().gradients();
    }
}
