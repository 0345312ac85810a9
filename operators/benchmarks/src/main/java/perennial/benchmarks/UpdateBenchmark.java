package perennial.benchmarks;

import java.util.Locale;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;

/** A process that times one case and its products and prints what it found: {@code UpdateBenchmark CASE SECONDS}. */
public final class UpdateBenchmark {

    private UpdateBenchmark() {}

    public static void main(String[] arguments) {
        UpdateCase benchmark = UpdateCase.of(arguments[0]);
        double seconds = Double.parseDouble(arguments[1]);
        double micros = UpdateTimer.microsPerUpdate(benchmark, Integer.MAX_VALUE, seconds);
        String kernel;
        try (Engine engine = Engines.create("cpu")) {
            kernel = engine.kernel().replaceFirst(".*/", "");
        }
        double products = ProductTimer.microsPerUpdate(benchmark, seconds / 4);
        System.out.printf(
                Locale.ROOT,
                "kernel=%s%nmicrosPerUpdate=%.3f%nproductMicrosPerUpdate=%.3f%n",
                kernel,
                micros,
                products);
    }
}
