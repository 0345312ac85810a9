package perennial.jobs.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.flink.util.FileUtils;
import perennial.jobs.UserException;

/** The start of {@code perennial demo}: a process that is watched until it has shown the first report of a learner, and ended then. */
public final class DemoStart {

    private DemoStart() {}

    /**
     * Starts a demo and says how long that took.
     *
     * @param main class of the command line
     * @param firstReport what the line begins with that tells of the first report
     * @param options options of the demo
     * @return seconds from the process's start to that line
     */
    public static double seconds(Class<?> main, String firstReport, String... options) {
        Path folder = temporaryFolder();
        String[] arguments =
                Arrays.copyOf(new String[] {"demo", "--plain", "--output", folder.toString()}, 4 + options.length);
        System.arraycopy(options, 0, arguments, 4, options.length);
        long start = System.nanoTime();
        Process process = ChildProcess.start(main, arguments);
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(firstReport)) {
                    return (System.nanoTime() - start) * 1e-9;
                }
            }
        } catch (IOException e) {
            throw UserException.failed("the demo's process cannot be read: " + e.getMessage(), e);
        } finally {
            end(process);
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
        throw UserException.failed("the demo ended before its first report; its standard error says why");
    }

    /** As Ctrl-C does, so that the demo removes its broker's folder. */
    private static void end(Process process) {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("perennial-bench-");
        } catch (IOException e) {
            throw UserException.failed("the demo's results need a temporary folder: " + e.getMessage(), e);
        }
    }
}
