package perennial.jobs.bench;

import perennial.learning.event.Event;
import perennial.learning.learner.Command;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.NamedTensors;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.LearnerFactory;

/** Learners that learn nothing: each event counts as an update, so that what is left of a job is everything else. */
enum CountingLearners implements LearnerFactory {
    FACTORY;

    @Override
    public Learner make(LearnerSpec spec, LearnerState state) {
        return new Counting();
    }

    private static final class Counting implements Learner {

        private long events;

        @Override
        public void observe(Event event, LearnerOutput output) {
            events++;
        }

        @Override
        public void endOfStream(LearnerOutput output) {}

        @Override
        public Command.Answer command(Command command, LearnerOutput output) {
            return new Command.Answer(false, "a learner that learns nothing takes no commands");
        }

        @Override
        public boolean isPaused() {
            return false;
        }

        @Override
        public long divergences() {
            return 0;
        }

        @Override
        public LearnerState state() {
            return new LearnerState();
        }

        @Override
        public long updates() {
            return events;
        }

        @Override
        public NamedTensors weights() {
            throw new IllegalStateException("a learner that learns nothing has no weights");
        }

        @Override
        public void initialise(NamedTensors weights) {
            throw new IllegalStateException("a learner that learns nothing has no weights");
        }

        @Override
        public void close() {}
    }
}
