package perennial.learning.network;

/** What parameters a network has beside its weights and biases. */
public enum WeightForm {
    /** Scales and offsets of the normalisers. */
    WITH_AFFINE,
    /** None: normalisers have neither scales nor offsets. */
    WITHOUT_AFFINE,
    /** Scales and offsets, and a gain for every row of every weight: weight normalisation (Salimans and Kingma 2016). */
    NORMALISED_ROWS
}
