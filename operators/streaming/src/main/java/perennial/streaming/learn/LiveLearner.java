package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.learning.event.Event;
import perennial.learning.learner.Command;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.learning.learner.UpdatePoint;
import perennial.learning.state.LearnerState;
import perennial.learning.weights.SafeTensors;
import perennial.streaming.feed.Ticket;
import perennial.streaming.learn.LearnerCheckpoint.Origin;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.types.ActorMap;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.LearnerProgress;
import perennial.v1.PlasticityReport;
import perennial.v1.Retire;
import perennial.v1.ScheduleKind;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;
import perennial.v1.TakeSnapshot;

/** One learner at work: what it says goes out as records, how far it has come is kept and counted. Not thread-safe. */
final class LiveLearner implements LearnerOutput, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveLearner.class);

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
    private final LearnerMetrics metrics;
    private final ControlDesk desk;
    private final Audits audits;

    private String stream;
    // Places of the streams passed so far, all actors together: what progress is counted by, the same after a restart.
    private long passed;
    private boolean isNew = true;
    private boolean isRetired;
    private long updates;

    /**
     * @param spec what defines the learner
     * @param key key that its state lies under
     * @param learner the learner, which is closed with this
     * @param source what feeds it, which is closed with this too; null where its events come from elsewhere
     * @param checkpoint what it was restored from, or null
     * @param publication how often policies and progress go out; null for never
     * @param output where its findings go
     * @param metrics what Flink shows of it, which is closed with this too
     */
    LiveLearner(
            LearnerSpec spec,
            Integer key,
            Learner learner,
            TicketedSource source,
            LearnerCheckpoint checkpoint,
            PolicyPublication publication,
            Output<StreamRecord<SpecificRecord>> output,
            LearnerMetrics metrics) {
        this.name = spec.name();
        this.origin = Origin.of(spec.provenance());
        this.key = key;
        this.learner = learner;
        this.source = source;
        this.publication = publication;
        this.output = output;
        this.metrics = metrics;
        this.audits = new Audits(output);
        this.desk = new ControlDesk(checkpoint == null ? ControlCheckpoint.NONE : checkpoint.control());
        this.stream = "";
        if (checkpoint != null) {
            stream = checkpoint.stream();
            isNew = checkpoint.trainedThrough().isEmpty();
            for (TrainedThrough position : checkpoint.trainedThrough()) {
                trainedThrough.put(position.stream(), position.actor(), new long[] {position.sequence()});
                passed += position.sequence() + 1;
            }
        }
        noteUpdates();
        metrics.paused(learner.isPaused());
    }

    Integer key() {
        return key;
    }

    /** Takes in the events that a ticket allows, from the learner's own source; says how many those were. */
    int observe(Ticket ticket) {
        source.take(ticket);
        int count = 0;
        for (Event event = source.next(); event != null && !isRetired; event = source.next()) {
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
        metrics.recordTaken();
        long updatesBefore = updates;
        noteUpdates();
        if (publication != null) {
            publish(updatesBefore, passedBefore);
        }
        isNew = false;
        carryOutWhatIsDue();
    }

    /** Takes in a command: carries it out, lets it wait for its update, or refuses it; once, however often it comes. */
    void take(ControlCommand command) {
        if (!desk.note(command.getId())) {
            return;
        }
        Long atUpdate = command.getAtUpdate();
        if (atUpdate == null) {
            carryOut(command);
        } else if (atUpdate <= updates) {
            tell(
                    command,
                    ControlOutcome.REFUSED,
                    "the update must lie ahead: atUpdate=" + atUpdate + " updates=" + updates
                            + "; name a later one, or none");
        } else if (desk.isFull()) {
            tell(
                    command,
                    ControlOutcome.REFUSED,
                    "at most " + ControlDesk.WAITING + " commands may wait for their updates");
        } else {
            desk.schedule(command);
            tell(command, ControlOutcome.SCHEDULED, "the command takes effect after update " + atUpdate);
        }
    }

    private void carryOutWhatIsDue() {
        for (ControlCommand due = desk.takeDue(updates); due != null; due = desk.takeDue(updates)) {
            carryOut(due);
        }
    }

    private void carryOut(ControlCommand command) {
        if (command.getBody() instanceof Retire) {
            retire(command);
            return;
        }
        Command.Answer answer;
        try {
            answer = learner.command(CommandMapping.command(command), this);
        } catch (IllegalArgumentException impossible) {
            answer = new Command.Answer(false, impossible.getMessage());
        }
        if (answer.isDone()) {
            noteRate(command);
        }
        metrics.paused(learner.isPaused());
        if (command.getBody() instanceof TakeSnapshot) {
            publishPolicy();
            answer = new Command.Answer(true, answer.text() + ", and published as a policy");
        }
        tell(command, answer.isDone() ? ControlOutcome.APPLIED : ControlOutcome.REFUSED, answer.text());
    }

    /**
     * Lets a rate that a command has set give way to a configuration that has changed since the state was saved: what was written last
     * is meant.
     *
     * @param rateChanges what has changed, in words; empty where nothing has, and the command's rate stays
     */
    void followConfiguration(String rateChanges) {
        ControlCommand command = desk.rate();
        if (command == null) {
            return;
        }
        if (rateChanges.isEmpty()) {
            LOG.info(
                    "Learner {} goes on with the learning rate that a command has set, not with the configured one: command={}",
                    name,
                    command.getId());
            return;
        }
        Command.Answer answer = learner.command(new Command.UseConfiguredSchedule(), this);
        desk.rateIsFrom(null);
        tell(
                command,
                ControlOutcome.SUPERSEDED,
                "the configuration was changed after the command: " + rateChanges + "; " + answer.text());
    }

    private void noteRate(ControlCommand command) {
        if (command.getBody() instanceof SetRate) {
            desk.rateIsFrom(command);
        } else if (command.getBody() instanceof SetSchedule set) {
            desk.rateIsFrom(set.getSchedule() == ScheduleKind.CONFIGURED ? null : command);
        }
    }

    private void retire(ControlCommand command) {
        endOfStream();
        isRetired = true;
        tell(command, ControlOutcome.APPLIED, "the learner has closed its task and is retired");
        for (ControlCommand late : desk.takeAll()) {
            tell(late, ControlOutcome.REFUSED, "the learner was retired before the command's update");
        }
    }

    private void tell(ControlCommand command, ControlOutcome outcome, String detail) {
        audits.tell(name, command, outcome, detail, updates, positions());
    }

    /** Whether it is to be freed: it has come to its end for good. */
    boolean isRetired() {
        return isRetired;
    }

    /** A policy goes first: whoever reads of the progress has the policy that belongs to it. */
    private void publish(long updatesBefore, long passedBefore) {
        if (isNew || isDue(publication.policyEvery(), updatesBefore, updates)) {
            publishPolicy();
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

    private void publishPolicy() {
        new PolicyChunks(name, stream, updates, positions(), SafeTensors.toBytes(learner.policyWeights()))
                .forEach(chunk -> output.collect(LearnerOperator.POLICIES, new StreamRecord<>(chunk)));
    }

    private static boolean isDue(long every, long before, long now) {
        return now / every > before / every;
    }

    void endOfStream() {
        learner.endOfStream(this);
        noteUpdates();
    }

    private void noteUpdates() {
        updates = learner.updates();
        metrics.progress(updates, learner.divergences());
    }

    /** Of a retired learner only the memory of commands and how far it came are kept. */
    LearnerCheckpoint checkpoint() {
        return new LearnerCheckpoint(
                name,
                stream,
                positions(),
                isRetired ? new LearnerState() : learner.state(),
                source == null || isRetired ? null : source.checkpoint(),
                desk.checkpoint(isRetired ? updates : -1),
                origin);
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
        PlasticityReport record = ReportMapping.record(report);
        metrics.show(record);
        output.collect(new StreamRecord<>(record));
    }

    @Override
    public void taskSummary(TaskSummary summary) {
        perennial.v1.TaskSummary record = ReportMapping.record(summary);
        metrics.show(record);
        output.collect(new StreamRecord<>(record));
    }

    @Override
    public void prediction(Prediction prediction) {
        output.collect(LearnerOperator.PREDICTIONS, new StreamRecord<>(ReportMapping.record(prediction)));
    }

    @Override
    public void passes(UpdatePoint point) {
        metrics.passes(point);
    }

    @Override
    public void close() {
        metrics.close();
        try {
            if (source != null) {
                source.close();
            }
        } finally {
            learner.close();
        }
    }
}
