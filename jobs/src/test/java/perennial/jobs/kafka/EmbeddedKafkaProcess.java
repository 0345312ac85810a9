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

    /** A broker's process and its address. */
    public record Running(Process process, String bootstrapServers) implements AutoCloseable {

        /** Ends the process as kill -9 does, and waits until it is gone. */
        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Starts a broker on a folder in a new JVM and returns when it takes requests. */
    public static Running start(Path directory) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedKafkaProcess.class.getName(),
                directory.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        for (String line = process.inputReader().readLine();
                line != null;
                line = process.inputReader().readLine()) {
            if (line.startsWith(READY)) {
                return new Running(process, line.substring(READY.length()));
            }
        }
        throw new IOException("the broker's process ended before it was ready: exit="
                + process.onExit().join().exitValue());
    }

    public static void main(String[] arguments) throws IOException {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]))) {
            System.out.println(READY + kafka.bootstrapServers());
            System.out.flush();
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
