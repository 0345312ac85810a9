package perennial.environment.kafka;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.EnvironmentException;
import perennial.learning.policy.Policy;
import perennial.schemas.RecordCodec;

/** The acting of a stream's actors, record after record, as far ahead of their learner as they may be. Not thread-safe. */
final class ActorRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ActorRun.class);

    private static final double NANOS_PER_SECOND = 1e9;
    private static final Duration WAIT = Duration.ofMillis(100);

    /** Looking for a newer policy at every step would take longer than most steps. */
    private static final long LOOK_EVERY_NANOS = 10_000_000;

    /** An actor's records from one step to the next: the step, an episode's end and a label reset. */
    private static final long RECORDS_BETWEEN_STEPS = 3;

    private static final long COMPLAIN_AFTER_NANOS = 30_000_000_000L;

    private final ActorStreamSpec spec;
    private final TeamRecords team;
    private final PolicyFeed feed;
    private final RecordSender sender;
    private final StateFile stateFile;
    private final MonotonicClock clock;
    private final RateLimit rateLimit;
    private final Consumer<Progress> progress;
    private final long progressNanos;
    private final RecordCodec codec = new RecordCodec();
    private final long resumedAt;

    private Policy policy;
    private long lastLook;
    private long lastReport;
    private long lastPublished;

    /**
     * @param team at the first record that the topic lacks
     * @param feed caught up
     */
    ActorRun(
            ActorStreamSpec spec,
            TeamRecords team,
            PolicyFeed feed,
            RecordSender sender,
            StateFile stateFile,
            MonotonicClock clock,
            ProducerSettings settings,
            Consumer<Progress> progress) {
        this.spec = spec;
        this.team = team;
        this.feed = feed;
        this.sender = sender;
        this.stateFile = stateFile;
        this.clock = clock;
        this.rateLimit = new RateLimit(spec.stepsPerSecond(), clock);
        this.progress = progress;
        this.progressNanos = settings.progressInterval().toNanos();
        this.resumedAt = team.records();
        this.lastReport = clock.nanoTime();
        this.lastLook = lastReport - LOOK_EVERY_NANOS;
    }

    /**
     * Acts until the actors are done or told to stop, and waits until the broker has all records.
     *
     * @param stop asked before every step
     * @throws PublicationException with what Kafka said of the first record that it did not take
     */
    Outcome act(BooleanSupplier stop) throws PublicationException {
        long records = resumedAt;
        long saved = resumedAt;
        if (spec.lockstep() && !team.isDone()) {
            checkPolicies(resumedAt - spec.maxLead());
        }
        while (!team.isDone() && !stop.getAsBoolean()) {
            if (team.stepIsNext()) {
                if (!awaitLearner(records, stop) || !rateLimit.await(stop)) {
                    break;
                }
                load(spec.lockstep() ? records - spec.maxLead() : Long.MAX_VALUE);
            }
            sender.send(codec.encode(team.next(policy)));
            records++;
            if (records - saved >= spec.saveEvery()) {
                save();
                saved = records;
            }
            reportIfDue();
        }
        save();
        report(clock.nanoTime());
        return new Outcome(resumedAt, records, team.isDone());
    }

    /** Waits until the next record is no more than the lead ahead; false if stopped. */
    private boolean awaitLearner(long records, BooleanSupplier stop) throws PublicationException {
        long now = clock.nanoTime();
        if (!spec.lockstep() && now - lastLook >= LOOK_EVERY_NANOS) {
            feed.poll(Duration.ZERO);
            lastLook = now;
        }
        boolean complained = false;
        while (records - feed.follower().position() > spec.maxLead()) {
            if (stop.getAsBoolean()) {
                return false;
            }
            sender.check();
            feed.poll(WAIT);
            if (!complained && clock.nanoTime() - now > COMPLAIN_AFTER_NANOS) {
                LOG.warn(
                        "waiting for the learner: learner={} topic={} stream={} records={} takenIn={} maxLead={}; does its"
                                + " job run, and does it say how far it is every maxLead records or more often?",
                        spec.agent().learner(),
                        spec.agent().topic(),
                        spec.stream(),
                        records,
                        feed.follower().position(),
                        spec.maxLead());
                complained = true;
            }
            reportIfDue();
        }
        return true;
    }

    private void load(long limit) {
        PolicyFollower.Snapshot newest = feed.follower().takeNewestAt(limit);
        if (newest != null) {
            policy = Policies.loaded(policy, spec.agent(), newest.tensors());
        }
        if (policy == null && spec.lockstep() && limit > 0) {
            throw withoutPolicy(limit);
        }
    }

    /**
     * Says at once that the policies made on before the actors stopped were deleted since: a learner that waits for the actors says
     * nothing more, so that they would wait for it for ever.
     */
    private void checkPolicies(long limit) {
        boolean wereThere = limit > RECORDS_BETWEEN_STEPS * spec.actors();
        if (wereThere && feed.lacksOldest() && !feed.follower().hasPolicyAt(limit)) {
            throw withoutPolicy(limit);
        }
    }

    /** Random actions would be other ones than those of the same run elsewhere. */
    private EnvironmentException withoutPolicy(long limit) {
        return new EnvironmentException(
                "in lockstep the policies topic must have the policies that the records were to be"
                        + " made with: learner=" + spec.agent().learner() + " topic="
                        + spec.agent().topic() + " stream="
                        + spec.stream() + " takenIn=" + limit
                        + "; let the learner publish its policies, and the topic keep them (cleanup.policy=delete"
                        + " and a long retention.ms), or publish under another stream name");
    }

    /** Saves the actors, whose records must be on the topic by then: a state ahead of it would leave a gap. */
    private void save() throws PublicationException {
        sender.flush();
        stateFile.write(team.save(sender.offset()));
    }

    private void reportIfDue() {
        long now = clock.nanoTime();
        if (now - lastReport >= progressNanos) {
            report(now);
        }
    }

    private void report(long now) {
        long count = resumedAt + sender.published();
        double seconds = (now - lastReport) / NANOS_PER_SECOND;
        double rate = seconds > 0 ? (count - Math.max(lastPublished, resumedAt)) / seconds : 0;
        lastReport = now;
        lastPublished = count;
        progress.accept(new Progress(count, 0, rate));
    }

    /** Closes the policy; everything else belongs to others. */
    @Override
    public void close() {
        if (policy != null) {
            policy.close();
        }
    }
}
