package perennial.jobs;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * What happens on Ctrl-C and on a request to terminate, while work goes on that has to be ended in order. The first signal
 * starts it, in a thread of its own; a second one ends the process at once.
 *
 * <p>A signal handler rather than a shutdown hook: hooks of Flink and Kafka run at the same time as ours and take away what
 * an orderly end still needs.
 */
public final class Interrupts implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("INT", "TERM");
    private static final int EXIT_CODE = 130;

    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final Object[] previous = new Object[SIGNALS.size()];

    /** One that only notices: the work asks {@link #interrupted} now and then. */
    public static Interrupts watch() {
        return new Interrupts(() -> {});
    }

    /** @param onInterrupt what the first signal starts */
    public Interrupts(Runnable onInterrupt) {
        for (int i = 0; i < previous.length; i++) {
            previous[i] = Signals.register(SIGNALS.get(i), () -> {
                if (interrupted.getAndSet(true)) {
                    Runtime.getRuntime().halt(EXIT_CODE);
                }
                new Thread(onInterrupt, "interrupt").start();
            });
        }
    }

    /** Whether a signal has come. */
    public boolean interrupted() {
        return interrupted.get();
    }

    /** Puts back what happened on signals before. */
    @Override
    public void close() {
        for (int i = 0; i < previous.length; i++) {
            Signals.unregister(SIGNALS.get(i), previous[i]);
        }
    }
}
