package perennial.jobs.config;

/** Limits that keep one bad record from harming the rest. */
public record LimitsSection(
        @Option(
                description =
                        "size of the largest record that is read from or written to Kafka, in bytes of key, value and"
                                + " headers together; larger ones are dead letters",
                defaultValue = "1000000",
                range = "[1024, 1000000000]")
        int maxRecordBytes) {}
