package perennial.jobs.config;

/** How records of the metrics, predictions and alerts topics are written. */
public enum Format {
    /** Avro single-object encoding. */
    AVRO,
    /** A JSON object per record, for tools that read nothing else. */
    JSON
}
