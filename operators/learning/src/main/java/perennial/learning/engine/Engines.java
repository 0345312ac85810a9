package perennial.learning.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engines by name. */
public final class Engines {

    private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

    /** What ND4J's CUDA backend, and no other, brings along: present on the class path means the backend is. */
    private static final String CUDA_MARK = "nd4j-jcublas.properties";

    private Engines() {}

    /**
     * A new engine.
     *
     * @param name {@code cpu}, {@code nd4j}, or {@code auto}: nd4j where ND4J's CUDA backend stands on the class path and
     *     a device answers, else cpu
     * @throws IllegalArgumentException if there is no engine of this name
     * @throws IllegalStateException if the engine cannot run here
     */
    public static Engine create(String name) {
        return switch (name) {
            case "cpu" -> new CpuEngine();
            case "nd4j" -> new Nd4jEngine();
            case "auto" -> automatic(Engines.class.getClassLoader());
            default -> throw new IllegalArgumentException("engine must be one of cpu, nd4j, auto: engine=" + name);
        };
    }

    /** Looks before it loads: on a class path without CUDA no native library of ND4J is touched. */
    static Engine automatic(ClassLoader classPath) {
        if (classPath.getResource(CUDA_MARK) == null) {
            return new CpuEngine();
        }
        try {
            return new Nd4jEngine();
        } catch (IllegalStateException e) {
            LOG.warn("no GPU answers, learning runs on the processor: {}", e.getMessage());
            return new CpuEngine();
        }
    }
}
