package perennial.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import perennial.benchmarks.Contestant.Timing;

/** A process on one thread that prints {@code kernel=NAME}, {@code microsPerUpdate=NUMBER} and perhaps {@code
 * productMicrosPerUpdate=NUMBER}. */
final class TimedProcess {

    /** Where OpenBLAS looks for the kernels to use when it loads. */
    static final String CORE_TYPE = "OPENBLAS_CORETYPE";

    private TimedProcess() {}

    /**
     * Runs a process to its end.
     *
     * @param environment variables to set besides those of this process
     * @throws BenchmarkException if it fails, or does not print a timing
     */
    static Timing run(List<String> command, Map<String, String> environment) {
        Finished finished = finish(command, environment);
        String kernel = finished.value("kernel=");
        String micros = finished.value("microsPerUpdate=");
        if (finished.exitCode != 0 || kernel == null || micros == null) {
            throw new BenchmarkException("a benchmark's process failed: command=" + String.join(" ", command)
                    + " exitCode=" + finished.exitCode + " output=" + finished.output.strip());
        }
        String products = finished.value("productMicrosPerUpdate=");
        return new Timing(
                kernel, Double.parseDouble(micros), products == null ? Double.NaN : Double.parseDouble(products));
    }

    /** Whether a process can be started and ends with exit code 0. */
    static boolean succeeds(List<String> command) {
        try {
            return finish(command, Map.of()).exitCode == 0;
        } catch (BenchmarkException absent) {
            return false;
        }
    }

    private static Finished finish(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Finished(process.waitFor(), output);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new BenchmarkException("a benchmark's process cannot be started: command=" + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("the benchmark was interrupted", e);
        }
    }

    private record Finished(int exitCode, String output) {

        /** What follows {@code prefix} in the line that begins with it; null where none does. */
        String value(String prefix) {
            return output.lines()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()))
                    .findFirst()
                    .orElse(null);
        }
    }
}
