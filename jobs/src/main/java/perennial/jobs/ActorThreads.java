package perennial.jobs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import perennial.environment.kafka.ActorProducer;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.Outcome;
import perennial.environment.kafka.ProducerSettings;

/**
 * Producers of transitions at work, each in a thread of its own. When one fails, the others are asked to stop. Thread-safe.
 */
public final class ActorThreads implements AutoCloseable {

    private final List<ActorProducer> producers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<AtomicLong> published = new ArrayList<>();
    private final List<Outcome> outcomes;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    /** Starts a producer for each of {@code streams}. */
    public ActorThreads(List<ActorStreamSpec> streams, ProducerSettings settings) {
        outcomes = Collections.synchronizedList(new ArrayList<>(Collections.nCopies(streams.size(), null)));
        for (int i = 0; i < streams.size(); i++) {
            int number = i;
            AtomicLong count = new AtomicLong();
            published.add(count);
            ActorProducer producer =
                    new ActorProducer(streams.get(i), settings, progress -> count.set(progress.published()));
            producers.add(producer);
            threads.add(new Thread(() -> run(producer, number), "actors-" + streams.get(i).stream()));
        }
        threads.forEach(Thread::start);
    }

    private void run(ActorProducer producer, int number) {
        try {
            outcomes.set(number, producer.run());
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            stop();
        }
    }

    /** Records of all streams that are safely on the topic. */
    public long published() {
        return published.stream().mapToLong(AtomicLong::get).sum();
    }

    /** Whether any producer is still at work. */
    public boolean running() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Throws what the first producer that failed has thrown, if one has. */
    public void throwIfFailed() {
        RuntimeException e = failure.get();
        if (e != null) {
            throw UserException.failed("the producer failed: " + e.getMessage(), e);
        }
    }

    /** Asks all producers to end in order; returns at once. */
    public void stop() {
        producers.forEach(ActorProducer::stop);
    }

    /**
     * Waits for all producers.
     *
     * @return what each came to, in the order of the streams
     */
    public List<Outcome> await() {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                stop();
                Thread.currentThread().interrupt();
                throw UserException.failed("interrupted while actors were at work", e);
            }
        }
        throwIfFailed();
        return List.copyOf(outcomes);
    }

    /** Waits up to {@code millis} for all producers; whether they have ended. */
    public boolean awaitFor(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                stop();
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !running();
    }

    /** Stops all producers and waits for them. */
    @Override
    public void close() {
        stop();
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
