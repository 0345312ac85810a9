package perennial.streaming.learn;

import perennial.learning.event.Event;
import perennial.learning.learner.Command;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.learning.state.LearnerState;

/**
 * A learner that learns nothing: it predicts each example, makes an update every second event, and its loss is a hash of
 * all events so far, so that an event lost, doubled or out of order shows.
 */
final class ScriptedLearner implements Learner {

    private final LearnerSpec spec;
    private final boolean failsToClose;
    private long records;
    private long hash;
    private boolean closed;
    private boolean paused;

    ScriptedLearner(LearnerSpec spec, LearnerState state, boolean failsToClose) {
        this.spec = spec;
        this.failsToClose = failsToClose;
        if (state != null) {
            if (!state.string("task").equals(spec.task().toString())) {
                throw new IllegalArgumentException("the state must be of the same task: learner=" + spec.name()
                        + " expected=" + spec.task() + " found=" + state.string("task"));
            }
            records = state.longs("counters")[0];
            hash = state.longs("counters")[1];
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void observe(Event event, LearnerOutput output) {
        if (event.kind == Event.Kind.LABEL_RESET) {
            summarise(event.stream, event.sequence, output);
            return;
        }
        if (event.label == 2) {
            throw new IllegalStateException("scripted failure");
        }
        records++;
        hash = hash * 31 + event.sequence;
        output.prediction(
                new Prediction(spec.name(), event.stream, event.actor, event.sequence, 1, 0.75f, null, updates()));
        if (records % 2 == 0) {
            Report report = new Report();
            report.learner = spec.name();
            report.stream = event.stream;
            report.variant = spec.variant();
            report.update = updates();
            report.recordsSeen = records;
            report.position = event.sequence;
            report.loss = hash;
            report.divergences = updates();
            output.report(report);
        }
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        summarise("end", records, output);
    }

    private void summarise(String stream, long position, LearnerOutput output) {
        output.taskSummary(new TaskSummary(
                spec.name(),
                stream,
                spec.variant(),
                0,
                updates(),
                records,
                position,
                Double.NaN,
                hash,
                hash,
                hash,
                1,
                1,
                0,
                updates(),
                0,
                "definitions",
                "hash",
                "version",
                "scripted",
                0,
                Double.NaN,
                Double.NaN));
    }

    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        paused = command instanceof Command.Pause || paused && !(command instanceof Command.Resume);
        return new Command.Answer(true, command.toString());
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public LearnerState state() {
        return new LearnerState().put("task", spec.task().toString()).put("counters", new long[] {records, hash});
    }

    @Override
    public long updates() {
        return records / 2;
    }

    /** As many as updates. */
    @Override
    public long divergences() {
        return updates();
    }

    @Override
    public NamedTensors weights() {
        return new NamedTensors().put("output.weight", new int[] {2}, new float[] {records, 2});
    }

    @Override
    public NamedTensors policyWeights() {
        return new NamedTensors().put("output.weight", new int[] {2}, new float[] {-records, 2});
    }

    @Override
    public void initialise(NamedTensors weights) {
        throw new IllegalStateException("a scripted learner has no weights to replace");
    }

    @Override
    public void close() {
        closed = true;
        if (failsToClose) {
            throw new IllegalStateException("scripted failure to close: learner=" + spec.name());
        }
    }
}
