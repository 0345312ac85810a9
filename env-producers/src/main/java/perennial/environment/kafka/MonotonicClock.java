package perennial.environment.kafka;

import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.InterruptException;

/** A clock that never goes back and can be waited on; given to whoever needs time, so that tests can make it pass. */
interface MonotonicClock {

    /** Nanoseconds since some moment. */
    long nanoTime();

    /**
     * Waits about so long; may return earlier.
     *
     * @throws InterruptException if the thread is interrupted, as Kafka's clients do
     */
    void sleep(long nanos);

    /** The clock of this JVM. */
    static MonotonicClock system() {
        return new MonotonicClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(long nanos) {
                LockSupport.parkNanos(nanos);
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptException(new InterruptedException());
                }
            }
        };
    }
}
