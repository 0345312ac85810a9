package perennial.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** This project's updates on engine {@code cpu}, in a JVM with this one's class path. */
public final class OwnUpdates implements Contestant {

    @Override
    public Timing time(UpdateCase benchmark, double seconds) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return TimedProcess.run(
                List.of(
                        java,
                        "-Xmx2g",
                        "-XX:+UseParallelGC",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        UpdateBenchmark.class.getName(),
                        benchmark.id(),
                        Double.toString(seconds)),
                Map.of());
    }
}
