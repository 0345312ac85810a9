package perennial.benchmarks;

/** One side of a comparison. */
public interface Contestant {

    /**
     * Times a case once, in a process of its own on one thread.
     *
     * @param seconds how long to measure, after a warm-up
     * @throws BenchmarkException if the process fails
     */
    Timing time(UpdateCase benchmark, double seconds);

    /**
     * What one process found.
     *
     * @param kernel OpenBLAS's kernels that it ran on
     * @param microsPerUpdate processor time of an update
     * @param productMicros processor time of its matrix products alone; NaN where that was not measured
     */
    record Timing(String kernel, double microsPerUpdate, double productMicros) {}
}
