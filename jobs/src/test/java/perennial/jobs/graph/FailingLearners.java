package perennial.jobs.graph;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import perennial.jobs.bench.ForwardingLearner;
import perennial.learning.event.Event;
import perennial.learning.event.EventSource;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.InJobSources;
import perennial.streaming.learn.LearnerFactory;

/**
 * Learners that fail the job after every record once: of a stream's learners one after each record, in turn. What a run has failed
 * at is known in this process, which a restarted task is in too.
 *
 * @param run name of the run
 * @param turns names of each stream's learners, which take turns; empty for a run that does not fail
 */
record FailingLearners(String run, Map<String, List<String>> turns, LearnerFactory factory) implements LearnerFactory {

    private static final Map<String, Set<String>> FAILED = new ConcurrentHashMap<>();

    /** How often a run has failed. */
    static int failures(String run) {
        return FAILED.getOrDefault(run, Set.of()).size();
    }

    private static void failOnce(String run, String record) {
        if (FAILED.computeIfAbsent(run, name -> ConcurrentHashMap.newKeySet()).add(record)) {
            throw new IllegalStateException("failure on purpose: run=" + run + " record=" + record);
        }
    }

    @Override
    public Learner make(LearnerSpec spec, LearnerState state) {
        Learner learner = factory.make(spec, state);
        return turns.isEmpty() ? learner : new Failing(spec.name(), learner);
    }

    private final class Failing extends ForwardingLearner {

        private final String name;

        Failing(String name, Learner learner) {
            super(learner);
            this.name = name;
        }

        @Override
        public void observe(Event event, LearnerOutput output) {
            super.observe(event, output);
            List<String> learners = turns.get(event.stream);
            if (learners.get((int) (event.sequence % learners.size())).equals(name)) {
                failOnce(run, name + " " + event.sequence);
            }
        }
    }

    /** Sources of learners' own that fail the job after every so many records, each of those once. */
    record Sources(String run, long every, InJobSources sources) implements InJobSources {

        @Override
        public EventSource open(LearnerSpec spec, Learner learner) {
            EventSource source = sources.open(spec, learner);
            return new EventSource() {
                private long record;

                @Override
                public boolean isDone() {
                    return source.isDone();
                }

                @Override
                public Event next() {
                    Event event = source.next();
                    record++;
                    if (record % every == 0) {
                        failOnce(run, spec.name() + " " + record);
                    }
                    return event;
                }

                @Override
                public byte[] save() {
                    byte[] saved = source.save();
                    return ByteBuffer.allocate(Long.BYTES + saved.length)
                            .putLong(record)
                            .put(saved)
                            .array();
                }

                @Override
                public void restore(byte[] saved) {
                    record = ByteBuffer.wrap(saved).getLong();
                    source.restore(Arrays.copyOfRange(saved, Long.BYTES, saved.length));
                }

                @Override
                public void close() {
                    source.close();
                }
            };
        }

        @Override
        public long mostEvents(LearnerSpec spec) {
            return sources.mostEvents(spec);
        }
    }
}
