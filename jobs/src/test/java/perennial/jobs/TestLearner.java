package perennial.jobs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.learning.weights.SafeTensors;
import perennial.schemas.RecordCodec;
import perennial.v1.ActorPosition;
import perennial.v1.EpisodeEnd;
import perennial.v1.LabelReset;
import perennial.v1.LearnerProgress;
import perennial.v1.PolicySnapshot;
import perennial.v1.Transition;

/** A learner without a job: learns from an events topic and publishes its policies, in a thread of its own. */
final class TestLearner implements AutoCloseable, LearnerOutput {

    private static final int PROGRESS_EVERY = 8;
    private static final int POLICY_EVERY = 3;
    private static final int CHUNK = 4000;

    private final LearnerSpec spec;
    private final Map<String, ?> client;
    private final List<TopicPartition> partitions;
    private final String policies;
    private final RecordCodec codec = new RecordCodec();
    private final Map<Integer, Long> trainedThrough = new TreeMap<>();
    private final CompletableFuture<Void> work;
    private volatile boolean closed;

    TestLearner(LearnerSpec spec, Map<String, ?> client, List<TopicPartition> partitions, String policies) {
        this.spec = spec;
        this.client = client;
        this.partitions = partitions;
        this.policies = policies;
        this.work = CompletableFuture.runAsync(this::learn);
    }

    private void learn() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.copyOf(client), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(Map.copyOf(client), new ByteArraySerializer(), new ByteArraySerializer());
                Learner learner = Learners.create(spec, "cpu")) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long records = 0;
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    Event event = event(codec.decodeEvent(record.value()));
                    long before = learner.updates();
                    learner.observe(event, this);
                    trainedThrough.put(event.actor, event.sequence);
                    records++;
                    if (records == 1 || learner.updates() > before && learner.updates() % POLICY_EVERY == 0) {
                        policy(learner, producer);
                    }
                    if (records % PROGRESS_EVERY == 0) {
                        send(
                                producer,
                                new LearnerProgress(
                                        spec.name(), PublishTransitions.STREAM, learner.updates(), positions()));
                    }
                }
            }
        }
    }

    private void policy(Learner learner, KafkaProducer<byte[], byte[]> producer) {
        byte[] tensors = SafeTensors.toBytes(learner.policyWeights());
        int chunks = (tensors.length + CHUNK - 1) / CHUNK;
        for (int i = 0; i < chunks; i++) {
            int length = Math.min(CHUNK, tensors.length - i * CHUNK);
            send(
                    producer,
                    new PolicySnapshot(
                            spec.name(),
                            PublishTransitions.STREAM,
                            learner.updates(),
                            positions(),
                            i,
                            chunks,
                            ByteBuffer.wrap(tensors, i * CHUNK, length).slice()));
        }
    }

    private List<ActorPosition> positions() {
        List<ActorPosition> positions = new ArrayList<>();
        trainedThrough.forEach(
                (actor, sequence) -> positions.add(new ActorPosition(PublishTransitions.STREAM, actor, sequence)));
        return positions;
    }

    private void send(KafkaProducer<byte[], byte[]> producer, SpecificRecord record) {
        producer.send(
                new ProducerRecord<>(policies, spec.name().getBytes(StandardCharsets.UTF_8), codec.encode(record)));
    }

    private Event event(perennial.v1.Event record) {
        Event event = new Event();
        event.stream = record.getStream();
        event.actor = record.getActor();
        event.sequence = record.getSequence();
        if (record.getBody() instanceof Transition transition) {
            event.kind = Event.Kind.TRANSITION;
            fill(event.features, transition.getObservation());
            event.action = transition.getAction();
            event.reward = transition.getReward();
            event.terminal = transition.getTerminal();
            event.truncated = transition.getTruncated();
            event.episode = transition.getEpisode();
            event.hasNextObservation = transition.getNextObservation() != null;
            if (event.hasNextObservation) {
                fill(event.nextObservation, transition.getNextObservation());
            }
        } else if (record.getBody() instanceof EpisodeEnd end) {
            event.kind = Event.Kind.EPISODE_END;
            event.episodeReturn = end.getReturn$();
            event.episodeLength = end.getLength();
        } else {
            event.kind = Event.Kind.LABEL_RESET;
            event.task = ((LabelReset) record.getBody()).getTask();
        }
        return event;
    }

    private static void fill(Features features, Object values) {
        ByteBuffer bytes = (ByteBuffer) values;
        bytes.duplicate().get(features.resizeBytes(bytes.remaining()), 0, bytes.remaining());
    }

    @Override
    public void report(Report report) {}

    @Override
    public void taskSummary(TaskSummary summary) {}

    /** Whether the thread is at work. */
    boolean isLearning() {
        return !work.isDone();
    }

    /** Ends the thread; what went wrong in it goes wrong here. */
    @Override
    public void close() {
        closed = true;
        work.join();
    }
}
