package perennial.jobs.config;

/** What computes. */
public enum EngineChoice {
    /** ND4J where it has a GPU, otherwise the CPU engine. */
    AUTO,
    /** Float arrays, fused loops and OpenBLAS. */
    CPU,
    /** ND4J arrays on the backend of this build. */
    ND4J
}
