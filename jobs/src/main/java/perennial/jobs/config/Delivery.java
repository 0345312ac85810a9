package perennial.jobs.config;

/** When records that the job writes can be seen. */
public enum Delivery {
    /** Transactions: visible to committed readers at each checkpoint, once. */
    EXACTLY_ONCE,
    /** Visible at once; after a failure some are written again, byte for byte the same. */
    AT_LEAST_ONCE
}
