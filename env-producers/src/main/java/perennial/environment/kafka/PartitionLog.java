package perennial.environment.kafka;

/** The records of one partition, read by their offsets. Not thread-safe. */
interface PartitionLog {

    /** Takes records, in their order. */
    interface Reader {

        /**
         * @param key may be null
         * @param value may be null
         */
        void read(byte[] key, byte[] value);
    }

    /** Offset of the oldest record that is still there. */
    long beginning();

    /** Offset that the next record will have. */
    long end();

    /** Reads all records whose offsets are at least {@code from} and less than {@code to}. */
    void read(long from, long to, Reader reader);
}
