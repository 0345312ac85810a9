package perennial.learning.network;

/**
 * How weights are drawn at the start. Fan-in is the number of inputs of a unit (for a convolution channels times
 * kernel area), fan-out the number of units that an input feeds (for a convolution times kernel area).
 */
public enum Initialiser {
    /** PyTorch's default for linear and convolutional layers: uniform within 1/sqrt(fan-in), biases too. */
    PYTORCH,
    /** Uniform within sqrt(6/fan-in), biases 0 (He et al. 2015). */
    HE_UNIFORM,
    /** Normal with variance 2/fan-in, biases 0 (He et al. 2015). */
    HE_NORMAL,
    /** Uniform within sqrt(6/(fan-in + fan-out)), biases 0 (Glorot and Bengio 2010). */
    GLOROT_UNIFORM,
    /** Normal with variance 2/(fan-in + fan-out), biases 0 (Glorot and Bengio 2010). */
    GLOROT_NORMAL,
    /** Uniform within sqrt(3/fan-in), biases 0 (LeCun et al. 1998). */
    LECUN_UNIFORM,
    /** Normal with variance 1/fan-in, biases 0 (LeCun et al. 1998). */
    LECUN_NORMAL,
    /**
     * Uniform within 1/sqrt(fan-in), with nine tenths of each unit's inputs (rounded up) at 0, biases 0 (Elsayed et al. 2024; their
     * sparse initialisation).
     */
    SPARSE
}
