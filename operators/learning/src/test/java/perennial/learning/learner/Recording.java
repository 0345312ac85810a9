package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;

/** What a learner that nothing disturbed said and was: its state in bytes before each event and at the end, and its output so far. */
final class Recording {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final LearnerSpec spec;
    private final String engine;
    private final List<Event> events;
    private final List<byte[]> states = new ArrayList<>();
    private final List<Integer> saidBefore = new ArrayList<>();
    private List<String> said = List.of();
    private byte[] end;
    private long updates;

    private Recording(String name, LearnerSpec spec, String engine, List<Event> events) {
        this.name = name;
        this.spec = spec;
        this.engine = engine;
        this.events = events;
    }

    /** @param name what the learner is, for a failure's message */
    static Recording of(String name, LearnerSpec spec, String engine, List<Event> events) {
        Recording recording = new Recording(name, spec, engine, events);
        Transcript output = new Transcript();
        try (Learner learner = Learners.create(spec, engine)) {
            for (Event event : events) {
                recording.note(learner, output);
                learner.observe(event, output);
            }
            recording.note(learner, output);
            learner.endOfStream(output);
            recording.end = write(learner.state());
            recording.updates = learner.updates();
        }
        recording.said = output.said;
        return recording;
    }

    private void note(Learner learner, Transcript output) {
        states.add(write(learner.state()));
        saidBefore.add(output.said.size());
    }

    long updates() {
        return updates;
    }

    /** The state before the stream's end. */
    byte[] lastState() {
        return states.get(states.size() - 1);
    }

    /** A learner that fails after so many events, and goes on from its state there, ends as this one did and says the same. */
    void assertContinuesFrom(int cut) {
        Transcript output = new Transcript();
        byte[] actual;
        try (Learner learner = Learners.restore(spec, engine, read(states.get(cut)))) {
            events.subList(cut, events.size()).forEach(event -> learner.observe(event, output));
            learner.endOfStream(output);
            actual = write(learner.state());
        }
        assertThat(output.said)
                .as("what is said after event %d by %s", cut, name)
                .isEqualTo(said.subList(saidBefore.get(cut), said.size()));
        assertThat(actual).as("the end after event %d of %s", cut, name).isEqualTo(end);
    }

    void assertEqualTo(Recording other) {
        assertThat(said).isEqualTo(other.said);
        assertThat(end).isEqualTo(other.end);
        assertThat(states).containsExactlyElementsOf(other.states);
    }

    static byte[] write(LearnerState state) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            LearnerStateCodec.write(state, new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static LearnerState read(byte[] bytes) {
        try {
            return LearnerStateCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Every field of everything said, each number so exact that other bits give another text. */
    static final class Transcript implements LearnerOutput {

        final List<String> said = new ArrayList<>();

        @Override
        public void report(Report report) {
            said.add(JSON.valueToTree(report).toString());
        }

        @Override
        public void taskSummary(TaskSummary summary) {
            said.add(JSON.valueToTree(summary).toString());
        }

        @Override
        public void prediction(Prediction prediction) {
            said.add(JSON.valueToTree(prediction).toString());
        }
    }
}
