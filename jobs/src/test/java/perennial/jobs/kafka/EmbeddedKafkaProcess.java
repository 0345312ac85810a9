package perennial.jobs.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An embedded broker in a JVM of its own, for tests that kill it. Started with {@link #start}, it prints its address and
 * runs until its standard input ends.
 */
public final class EmbeddedKafkaProcess {

    private static final String READY = "bootstrap.servers=";

    private EmbeddedKafkaProcess() {}

    /**
     * A broker's process and its address.
     *
     * @param errors what it has written to standard error; null where that is this process's own
     */
    public record Running(Process process, String bootstrapServers, Path errors) implements AutoCloseable {

        /** Ends the process as kill -9 does, and waits until it is gone. */
        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Starts a broker on a folder in a new JVM and returns when it takes requests. */
    public static Running start(Path directory) throws IOException {
        return start(directory, List.of(), ProcessBuilder.Redirect.INHERIT);
    }

    /**
     * Starts a broker none of whose files can become larger than that, as on a disk that is full.
     *
     * @param errors where its standard error goes
     */
    static Running startCramped(Path directory, int mebibytes, Path errors) throws IOException {
        // Whoever runs the test: a limit of one's own takes no rights.
        return start(
                directory,
                List.of("bash", "-c", "ulimit -f " + mebibytes * 1024 + " && exec \"$@\"", "bash"),
                ProcessBuilder.Redirect.to(errors.toFile()));
    }

    private static Running start(Path directory, List<String> before, ProcessBuilder.Redirect errors)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedKafkaProcess.class.getName(),
                directory.toString()));
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        for (String line = process.inputReader().readLine();
                line != null;
                line = process.inputReader().readLine()) {
            if (line.startsWith(READY)) {
                return new Running(
                        process,
                        line.substring(READY.length()),
                        errors.file() == null ? null : errors.file().toPath());
            }
        }
        throw new IOException("the broker's process ended before it was ready: exit="
                + process.onExit().join().exitValue());
    }

    public static void main(String[] arguments) throws IOException {
        EmbeddedKafka.endProcessWithBroker();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]))) {
            System.out.println(READY + kafka.bootstrapServers());
            System.out.flush();
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
