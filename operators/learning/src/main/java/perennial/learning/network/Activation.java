package perennial.learning.network;

/** The nonlinearity after a hidden layer. */
public enum Activation {
    /** max(x, 0). */
    RELU,
    /** x for positive x, slope times x otherwise. */
    LEAKY_RELU,
    /** Concatenation of max(x, 0) and max(-x, 0) along the channels: twice as many outputs as inputs. */
    CRELU,
    /** Hyperbolic tangent. */
    TANH;

    /** Outputs per input: 2 for {@link #CRELU}, 1 otherwise. */
    public int widening() {
        return this == CRELU ? 2 : 1;
    }
}
