package perennial.environment.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.EnvironmentException;

/**
 * Runs the actors of a stream: they act with a learner's policies, and what they see goes to the learner as events on a topic,
 * each record once and in order, from wherever an earlier run ended.
 *
 * <p>All records of the stream have its name as key and lie in one partition. At the start the actors are brought to the end
 * of what lies there: from their saved state, or from their beginning where none is of use, with the actions that the topic has,
 * and what their environments show must be what the topic has too. A producer killed at any moment therefore goes on without
 * gap, repeat or jump; in lockstep, the whole run is the same bit for bit. The topic must keep the records since the last saved
 * state. {@link #run} is called once; {@link #stop} may be called by any thread.
 */
public final class ActorProducer {

    private static final Logger LOG = LoggerFactory.getLogger(ActorProducer.class);

    private final ActorStreamSpec spec;
    private final ProducerSettings settings;
    private final Consumer<Progress> progress;
    private final MonotonicClock clock = MonotonicClock.system();
    private final byte[] key;

    private volatile boolean stopped;

    /**
     * A producer that has not begun.
     *
     * @param progress told how far the producer is, now and then and at the end, by the thread that runs it
     */
    public ActorProducer(ActorStreamSpec spec, ProducerSettings settings, Consumer<Progress> progress) {
        this.spec = spec;
        this.settings = settings;
        this.progress = progress;
        this.key = spec.stream().getBytes(StandardCharsets.UTF_8);
    }

    /** Asks {@link #run} to publish what it has sent, to save the actors' state, and to return. */
    public void stop() {
        stopped = true;
    }

    /**
     * Runs the actors until all have made their steps, or it is stopped.
     *
     * @return what it came to, counted in records
     * @throws EnvironmentException if Kafka is not there, lacks a topic or refuses a record, if the topic holds a stream of this
     *     name that is another one or has another producer, or if policies or environments do not fit the learner's task
     */
    public Outcome run() {
        KafkaTrouble trouble = KafkaTrouble.withEvents(settings);
        try {
            return resumeAndAct(trouble);
        } catch (PublicationException e) {
            throw trouble.explain(e.getCause());
        } catch (KafkaException e) {
            throw trouble.explain(e);
        }
    }

    private Outcome resumeAndAct(KafkaTrouble trouble) throws PublicationException {
        StateFile stateFile = new StateFile(spec.stateFolder(), spec.stream());
        TopicPartition partition;
        TeamRecords team;
        long end;
        try (StreamOnTopic there = new StreamOnTopic(spec.stream(), key, settings, trouble, clock)) {
            partition = there.partition();
            byte[] last = there.last(settings.quietTime());
            end = there.log().end();
            team = new ActorResume(spec, there.log(), key).team(stateFile.read(), last, end);
        }
        try (team;
                PolicyFeed feed =
                        PolicyFeed.open(spec.agent(), spec.stream(), settings.client(), settings.connectTimeout())) {
            long resumedAt = team.records();
            feed.catchUp(spec.lockstep() ? resumedAt - spec.maxLead() : Long.MAX_VALUE, settings.connectTimeout());
            LOG.info("acting: stream={} partition={} from record={}", spec.stream(), partition, resumedAt);
            KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    ClientProperties.forProducer(settings.client(), spec.stream()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            RecordSender sender = new RecordSender(producer, partition, key, end);
            boolean closed = false;
            try (ActorRun run = new ActorRun(spec, team, feed, sender, stateFile, clock, settings, progress)) {
                Outcome outcome = run.act(() -> stopped);
                closed = true;
                producer.close(settings.connectTimeout());
                return outcome;
            } finally {
                if (!closed) {
                    // After a failure nothing more may be sent, so the producer is closed without waiting.
                    producer.close(Duration.ZERO);
                }
            }
        }
    }
}
