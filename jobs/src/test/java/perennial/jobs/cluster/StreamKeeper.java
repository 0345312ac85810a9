package perennial.jobs.cluster;

import java.io.IOException;
import java.nio.file.Path;
import perennial.jobs.PerennialProcess;

/**
 * Runs {@code produce labels} on a stream without end, and in the end completes it: a producer that has died is started again. For
 * one thread.
 */
final class StreamKeeper implements AutoCloseable {

    private static final int MOST_STARTS = 1_000;

    private final Path folder;
    private final Path configuration;
    private final String bootstrapServers;
    private PerennialProcess process;
    private int starts;
    private int resets;

    StreamKeeper(Path folder, Path configuration, String bootstrapServers) {
        this.folder = folder;
        this.configuration = configuration;
        this.bootstrapServers = bootstrapServers;
    }

    /** Starts a producer where none runs and the stream is not complete. */
    void keep() throws Exception {
        if (process == null || !process.isAlive() && process.await() != 0) {
            if (++starts > MOST_STARTS) {
                throw new IllegalStateException("the producer does not run: " + process.output());
            }
            start();
        }
    }

    /** Gives the stream its end: after as many label resets, which must be behind what is published. */
    void endAfter(int resets) throws Exception {
        kill();
        this.resets = resets;
        keep();
    }

    /** Whether the stream is complete on the topic. */
    boolean finished() throws InterruptedException {
        return process != null && !process.isAlive() && process.await() == 0;
    }

    /** Whether it has found its place in the stream. */
    boolean publishes() {
        return process.output().contains("publishing: ");
    }

    /** Ends the producer as kill -9 does. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.kill();
        }
    }

    private void start() throws IOException {
        process = PerennialProcess.start(
                folder,
                "produce",
                "labels",
                "--quiet",
                "--config",
                configuration,
                "--bootstrap-server",
                bootstrapServers,
                "--set",
                "labels.resets=" + resets);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
