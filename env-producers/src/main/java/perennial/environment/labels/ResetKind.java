package perennial.environment.labels;

/** What a label reset of a {@link LabelStream} changed. */
public enum ResetKind {
    /** Some or all inputs have a newly drawn class or target value. */
    LABELS_REDRAWN,
    /** All images of a class have another class. */
    CLASSES_PERMUTED,
    /** The pixels of all images changed places in the same way. */
    PIXELS_PERMUTED,
    /** Something else; the stream's note says what. */
    OTHER
}
