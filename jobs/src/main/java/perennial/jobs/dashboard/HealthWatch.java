package perennial.jobs.dashboard;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.jobs.UserException;

/** Looks every two seconds how it stands with what surrounds the learners, in a thread of its own. Thread-safe. */
final class HealthWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

    private static final long INTERVAL_SECONDS = 2;
    private static final long PATIENCE_MS = 5000;

    /** Policies are large: of those that are there only so many records of each partition are looked at. */
    private static final long LAST_POLICIES = 100;

    private final DashboardSource source;
    private final MetricHistory history;
    private final MetricsReading reading;
    private final ConsumerLag lag;
    private final DeadLetterCount deadLetters = new DeadLetterCount();
    private final PolicyAges policies = new PolicyAges();
    private final Alerts alerts = new Alerts();
    private final TopicFollower metricsFollower;
    private final TopicFollower deadLettersFollower;
    private final TopicFollower policiesFollower;
    private final TopicFollower alertsFollower;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile Health health;

    /**
     * Begins to fill {@code history} from the topic of metrics and to look after the rest.
     *
     * @throws UserException if the cluster's address or its clients' properties cannot be right
     */
    HealthWatch(DashboardSource source, MetricHistory history) {
        this.source = source;
        this.history = history;
        lag = new ConsumerLag(source.kafka(), source.topics().events(), source.group());
        reading = new MetricsReading(history);
        metricsFollower = follow(source.topics().metrics(), OptionalLong.empty(), reading::add);
        deadLettersFollower = follow(source.topics().deadLetters(), OptionalLong.empty(), deadLetters::add);
        policiesFollower = follow(source.topics().policies(), OptionalLong.of(LAST_POLICIES), policies::add);
        alertsFollower = follow(source.topics().alerts(), OptionalLong.empty(), alerts::add);
        health = health(
                0,
                "",
                Health.Missing.NOTHING,
                OptionalLong.empty(),
                new Health.Checkpoint(source.checkpoints().isPresent(), Optional.empty(), ""));
        thread = new Thread(this::watch, "dashboard-health");
        thread.setDaemon(true);
        thread.start();
    }

    private TopicFollower follow(String topic, OptionalLong last, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        return new TopicFollower(source.kafka(), topic, last, taker);
    }

    /** How it stood when it was last looked at. */
    Health health() {
        return health;
    }

    private void watch() {
        try (lag) {
            long number = 0;
            do {
                look(++number);
            } while (!closed.await(INTERVAL_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            // It is closed.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("the dashboard's watch over the cluster ended", e);
        }
    }

    private void look(long number) throws InterruptedException {
        String trouble = metricsFollower.trouble();
        OptionalLong behind = OptionalLong.empty();
        String lagMissing = "";
        try {
            behind = lag.now();
        } catch (ConsumerLag.MissingRightException e) {
            lagMissing = e.getMessage();
        } catch (UserException e) {
            trouble = e.getMessage();
        }
        // Where nothing can be read at all, that is said once.
        Health.Missing missing = trouble.isEmpty()
                ? new Health.Missing(lagMissing, deadLettersFollower.trouble(), policiesFollower.trouble())
                : Health.Missing.NOTHING;
        health = health(number, trouble, missing, behind, checkpoint());
    }

    private Health.Checkpoint checkpoint() throws InterruptedException {
        if (source.checkpoints().isEmpty()) {
            return new Health.Checkpoint(false, Optional.empty(), "");
        }
        try {
            return new Health.Checkpoint(
                    true, source.checkpoints().get().newest().map(instant -> instant.toEpochMilli()), "");
        } catch (IOException e) {
            return new Health.Checkpoint(true, Optional.empty(), "Flink does not answer: " + e.getMessage());
        }
    }

    private Health health(
            long number, String trouble, Health.Missing missing, OptionalLong lag, Health.Checkpoint checkpoint) {
        return new Health(
                number,
                System.currentTimeMillis(),
                trouble,
                missing,
                lag,
                deadLetters.count(),
                deadLetters.newest(),
                policies.newest(),
                alerts.all(),
                alerts.told(),
                checkpoint,
                metricsFollower.records(),
                reading.unreadable(),
                reading.example(),
                history.leftOut());
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        List<TopicFollower> followers = List.of(metricsFollower, deadLettersFollower, policiesFollower, alertsFollower);
        followers.forEach(TopicFollower::stop);
        followers.forEach(TopicFollower::close);
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
