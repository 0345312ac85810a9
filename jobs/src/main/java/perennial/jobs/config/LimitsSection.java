package perennial.jobs.config;

/** Limits that keep one bad record or burst from harming the rest. */
public record LimitsSection(
        @Option(
                description = "size of the largest record that is read from or written to Kafka, in bytes",
                defaultValue = "1000000",
                range = "[1024, 1000000000]")
        int maxRecordBytes,

        @Option(
                description =
                        "size up to which a bad record's original bytes are kept in its dead letter, in bytes; of longer"
                                + " ones the beginning",
                defaultValue = "900000",
                range = "[0, 1000000000]")
        int maxDeadLetterBytes) {

    public LimitsSection {
        if (maxDeadLetterBytes > maxRecordBytes) {
            throw new IllegalArgumentException("a dead letter must fit into a record: maxDeadLetterBytes="
                    + maxDeadLetterBytes + " maxRecordBytes=" + maxRecordBytes);
        }
    }
}
