package perennial.learning.network;

/** What stands between a hidden layer's linear map and its nonlinearity. */
public enum Normalisation {
    /** Nothing: the layer has a bias. */
    NONE,
    /** Centre and divide by the standard deviation over all features of a sample; scale and offset per channel. */
    LAYER_NORM,
    /** Divide by the root mean square over all features of a sample; scale per channel, no offset. */
    RMS_NORM
}
