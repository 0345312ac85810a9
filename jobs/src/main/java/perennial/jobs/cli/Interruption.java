package perennial.jobs.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C made an orderly end: when the JVM is told to end, {@link #requested} becomes true, and the JVM waits some seconds
 * for {@link #close}, in which the work writes out what it has. Thread-safe.
 */
final class Interruption implements AutoCloseable {

    private static final long SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::requestAndWait, "end of a command");
    private volatile boolean requested;

    private Interruption() {}

    /** One that is in force until it is closed. */
    static Interruption listen() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Whether the work is to end now. */
    boolean requested() {
        return requested;
    }

    private void requestAndWait() {
        requested = true;
        try {
            done.await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM began to end this very moment; the hook finds nothing to wait for.
                requested = true;
            }
        }
    }
}
