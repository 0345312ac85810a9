package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.learning.weights.SafeTensors;
import perennial.streaming.feed.Ticket;
import perennial.streaming.learn.LearnerCheckpoint.Origin;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.types.ActorMap;
import perennial.v1.LearnerProgress;

/** One learner at work: what it says goes out as records, how far it has come is kept and counted. Not thread-safe. */
final class LiveLearner implements LearnerOutput, AutoCloseable {

    /** Actors of which it is known how far they were trained on; beyond it, the one quiet for longest is left out. */
    static final int ACTORS_REMEMBERED = 10_000;

    private static final Comparator<TrainedThrough> BY_STREAM_AND_ACTOR =
            Comparator.comparing(TrainedThrough::stream).thenComparingInt(TrainedThrough::actor);

    private final String name;
    private final Origin origin;
    private final Integer key;
    private final Learner learner;
    private final Output<StreamRecord<SpecificRecord>> output;
    private final PolicyPublication publication;
    private final TicketedSource source;
    private final ActorMap<long[]> trainedThrough = new ActorMap<>(ACTORS_REMEMBERED);
    private final Counter records;

    private String stream;
    // Places of the streams passed so far, all actors together: what progress is counted by, the same after a restart.
    private long passed;
    private boolean isNew = true;
    // What gauges read, from a thread of their own: never the learner itself, whose memory may be freed.
    private volatile long updates;
    private volatile long divergences;

    /**
     * @param spec what defines the learner
     * @param key key that its state lies under
     * @param learner the learner, which is closed with this
     * @param source what feeds it, which is closed with this too; null where its events come from elsewhere
     * @param checkpoint what it was restored from, or null
     * @param publication how often policies and progress go out; null for never
     * @param output where its findings go
     * @param metrics group for its counters
     */
    LiveLearner(
            LearnerSpec spec,
            Integer key,
            Learner learner,
            TicketedSource source,
            LearnerCheckpoint checkpoint,
            PolicyPublication publication,
            Output<StreamRecord<SpecificRecord>> output,
            MetricGroup metrics) {
        this.name = spec.name();
        this.origin = Origin.of(spec.provenance());
        this.key = key;
        this.learner = learner;
        this.source = source;
        this.publication = publication;
        this.output = output;
        this.stream = "";
        if (checkpoint != null) {
            stream = checkpoint.stream();
            isNew = checkpoint.trainedThrough().isEmpty();
            for (TrainedThrough position : checkpoint.trainedThrough()) {
                trainedThrough.put(position.stream(), position.actor(), new long[] {position.sequence()});
                passed += position.sequence() + 1;
            }
        }
        updates = learner.updates();
        MetricGroup group = metrics.addGroup("learner", name);
        records = group.counter("records");
        group.gauge("updates", (Gauge<Long>) () -> updates);
        group.gauge("divergences", (Gauge<Long>) () -> divergences);
    }

    Integer key() {
        return key;
    }

    /** Takes in the events that a ticket allows, from the learner's own source; says how many those were. */
    int observe(Ticket ticket) {
        source.take(ticket);
        int count = 0;
        for (Event event = source.next(); event != null; event = source.next()) {
            observe(event);
            count++;
        }
        return count;
    }

    void observe(Event event) {
        long[] sequence = trainedThrough.get(event.stream, event.actor);
        if (sequence == null) {
            sequence = new long[] {-1};
            trainedThrough.put(event.stream, event.actor, sequence);
        }
        long passedBefore = passed;
        passed += event.sequence - sequence[0];
        sequence[0] = event.sequence;
        stream = event.stream;
        learner.observe(event, this);
        records.inc();
        long updatesBefore = updates;
        updates = learner.updates();
        if (publication != null) {
            publish(updatesBefore, passedBefore);
        }
        isNew = false;
    }

    /** A policy goes first: whoever reads of the progress has the policy that belongs to it. */
    private void publish(long updatesBefore, long passedBefore) {
        if (isNew || isDue(publication.policyEvery(), updatesBefore, updates)) {
            new PolicyChunks(name, stream, updates, positions(), SafeTensors.toBytes(learner.policyWeights()))
                    .forEach(chunk -> output.collect(LearnerOperator.POLICIES, new StreamRecord<>(chunk)));
        }
        if (isDue(publication.progressEvery(), passedBefore, passed)) {
            LearnerProgress progress = new LearnerProgress();
            progress.setLearner(name);
            progress.setStream(stream);
            progress.setUpdate(updates);
            progress.setTrainedThrough(PolicyChunks.records(positions()));
            output.collect(LearnerOperator.POLICIES, new StreamRecord<>(progress));
        }
    }

    private static boolean isDue(long every, long before, long now) {
        return now / every > before / every;
    }

    void endOfStream() {
        learner.endOfStream(this);
        updates = learner.updates();
    }

    LearnerCheckpoint checkpoint() {
        return new LearnerCheckpoint(
                name, stream, positions(), learner.state(), source == null ? null : source.checkpoint(), origin);
    }

    PolicyChunks weights() {
        return new PolicyChunks(name, stream, learner.updates(), positions(), SafeTensors.toBytes(learner.weights()));
    }

    private List<TrainedThrough> positions() {
        List<TrainedThrough> positions = new ArrayList<>(trainedThrough.size());
        trainedThrough.forEach(
                (actor, sequence) -> positions.add(new TrainedThrough(actor.stream(), actor.number(), sequence[0])));
        positions.sort(BY_STREAM_AND_ACTOR);
        return positions;
    }

    @Override
    public void report(Report report) {
        // A twin's free run reports under a name of its own.
        if (report.learner.equals(name)) {
            divergences = report.divergences;
        }
        output.collect(new StreamRecord<>(ReportMapping.record(report)));
    }

    @Override
    public void taskSummary(TaskSummary summary) {
        output.collect(new StreamRecord<>(ReportMapping.record(summary)));
    }

    @Override
    public void prediction(Prediction prediction) {
        output.collect(LearnerOperator.PREDICTIONS, new StreamRecord<>(ReportMapping.record(prediction)));
    }

    @Override
    public void close() {
        try {
            if (source != null) {
                source.close();
            }
        } finally {
            learner.close();
        }
    }
}
