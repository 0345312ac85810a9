package perennial.jobs.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perennial.jobs.UserException;

/** JVMs beside this one, with its class path and its options. */
final class ChildProcess {

    private static final String LOG_LEVEL = "perennial.log.level";

    private ChildProcess() {}

    /** Starts {@code main}; what it writes to its standard error goes to this process's. */
    static Process start(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // An agent, a debugger above all, belongs to one process.
            if (!option.startsWith("-agent") && !option.startsWith("-javaagent")) {
                command.add(option);
            }
        }
        if (System.getProperty(LOG_LEVEL) == null) {
            command.add("-D" + LOG_LEVEL + "=WARN");
        }
        command.add("-classpath");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", "1");
        try {
            return builder.start();
        } catch (IOException e) {
            throw UserException.failed("a benchmark's process cannot be started: " + e.getMessage(), e);
        }
    }

    /**
     * Runs {@code main} to its end.
     *
     * @return the numbers that it printed, one {@code name=number} in a line
     * @throws UserException if it failed
     */
    static Map<String, Double> measure(Class<?> main, String... arguments) {
        Process process = start(main, arguments);
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw UserException.failed("a benchmark's process failed: arguments=" + String.join(" ", arguments)
                        + " exitCode=" + process.exitValue() + "; its standard error says why");
            }
            return numbers(output);
        } catch (IOException e) {
            throw UserException.failed("a benchmark's process cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserException.failed("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Map<String, Double> numbers(String output) {
        Map<String, Double> numbers = new TreeMap<>();
        output.lines().filter(line -> line.matches("\\w+=\\S+")).forEach(line -> {
            int separator = line.indexOf('=');
            numbers.put(line.substring(0, separator), Double.valueOf(line.substring(separator + 1)));
        });
        return numbers;
    }
}
