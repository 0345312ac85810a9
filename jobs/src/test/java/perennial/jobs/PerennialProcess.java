package perennial.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perennial.jobs.cli.Perennial;

/** {@code perennial} as a process of its own, which can be killed. Its output goes to a file. */
public final class PerennialProcess implements AutoCloseable {

    private final Process process;
    private final Path output;

    private PerennialProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts {@code perennial} with these arguments, in {@code folder}. */
    public static PerennialProcess start(Path folder, Object... arguments) throws IOException {
        return startWith(List.of(), folder, arguments);
    }

    /** {@link #start} with options of Java. */
    public static PerennialProcess startWith(List<String> javaOptions, Path folder, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.util=ALL-UNNAMED"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Perennial.class.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path output = Files.createTempFile(folder, "output", ".txt");
        return new PerennialProcess(
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    /** Whether it has not ended yet. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far. */
    public String output() {
        try {
            return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end (SIGTERM) and waits until it has. */
    public int terminate() throws InterruptedException {
        process.destroy();
        return await();
    }

    /** Ends it at once (SIGKILL) and waits until it has. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for its end, at most three minutes, and returns its exit code. */
    public int await() throws InterruptedException {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the process does not end; it printed:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
