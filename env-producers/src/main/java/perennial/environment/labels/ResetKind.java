package perennial.environment.labels;

/** What a label reset of a {@link LabelStream} changed. */
public enum ResetKind {
    /** Some or all images have a newly drawn class. */
    LABELS_REDRAWN,
    /** All images of a class have another class. */
    CLASSES_PERMUTED,
    /** The pixels of all images changed places in the same way. */
    PIXELS_PERMUTED
}
