package perennial.jobs.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import perennial.jobs.UserException;
import perennial.jobs.kafka.EmbeddedKafka;

/** The embedded broker in a process of its own, which ends with this one or with {@link #close}. */
public final class BrokerProcess implements AutoCloseable {

    private static final String ADDRESS = "address=";

    private final Process process;
    private final String address;

    private BrokerProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts it and returns when it takes requests. */
    static BrokerProcess start() {
        Process process = ChildProcess.start(BrokerProcess.class);
        try {
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            // Whoever watches the JVM, a profiler for one, may have its say first.
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(ADDRESS)) {
                    return new BrokerProcess(process, line.substring(ADDRESS.length()));
                }
            }
        } catch (IOException e) {
            process.destroyForcibly();
            throw UserException.failed("the broker's process cannot be read: " + e.getMessage(), e);
        }
        process.destroyForcibly();
        throw UserException.failed("the broker's process did not start; its standard error says why");
    }

    /** The process that {@link #start} starts: it ends when its standard input does. */
    public static void main(String[] arguments) throws IOException {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            System.out.println(ADDRESS + kafka.bootstrapServers());
            while (System.in.read() >= 0) {
                // Nothing is said to it: it waits for the end.
            }
        }
        System.exit(0);
    }

    /** For {@code bootstrap.servers}. */
    String address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
