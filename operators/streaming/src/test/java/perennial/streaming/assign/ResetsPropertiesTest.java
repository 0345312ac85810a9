package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;
import perennial.schemas.RecordCodec;
import perennial.streaming.Records;
import perennial.streaming.Specs;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetterReason;
import perennial.v1.Event;

/**
 * Label resets of several streams, interleaved within and across partitions, some records doubled at once or late, with failures that
 * go back to the last checkpoint: each reset is applied once, between the two examples of its stream where it was published.
 */
class ResetsPropertiesTest {

    /** Two streams in one partition, one in another. */
    private static final List<List<String>> PARTITIONS = List.of(List.of("s0", "s1"), List.of("s2"));

    private static final int RECORDS_PER_STREAM = 16;

    /** One learner for each stream, and one that follows all. */
    private static final LearnerSpec[] LEARNERS = {
        Specs.classifier("l0", "s0"),
        Specs.classifier("l1", "s1"),
        Specs.classifier("l2", "s2"),
        Specs.classifier("all", "*")
    };

    /** What happens next. */
    enum Step {
        READ_FIRST,
        READ_SECOND,
        CHECKPOINT,
        FAILURE
    }

    @Property(tries = 60)
    void shouldApplyEachResetOnceAtItsPlace(@ForAll @Size(max = 80) List<Step> steps, @ForAll long seed)
            throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, List<Event>> streams = new LinkedHashMap<>();
        List<List<RawRecord>> partitions = new ArrayList<>();
        int repeated = 0;
        for (List<String> names : PARTITIONS) {
            List<Event> published = publish(names, streams, random);
            repeated += published.size() - names.size() * RECORDS_PER_STREAM;
            partitions.add(records(published, partitions.size()));
        }

        try (Job job = new Job(partitions)) {
            for (Step step : steps) {
                switch (step) {
                    case READ_FIRST -> job.read(0);
                    case READ_SECOND -> job.read(1);
                    case CHECKPOINT -> job.checkpoint();
                    case FAILURE -> job.fail();
                }
            }
            for (int partition = 0; partition < partitions.size(); partition++) {
                job.readAll(partition);
            }

            assertThat(job.repetitions).isEqualTo(repeated);
            for (Map.Entry<String, List<Event>> stream : streams.entrySet()) {
                List<String> expected = stream.getValue().stream()
                        .map(ResetsPropertiesTest::brief)
                        .toList();
                String own = "l" + stream.getKey().substring(1);
                assertThat(job.applied.get(own)).isEqualTo(expected);
                assertThat(job.applied.get("all").stream().filter(event -> event.startsWith(stream.getKey())))
                        .containsExactlyElementsOf(expected);
                assertThat(job.state(own)).as("state of %s", own).isEqualTo(undisturbed(own, stream.getValue()));
            }
        }
    }

    /** The streams' records in a random order that keeps each stream's own, with some records written again. */
    private static List<Event> publish(List<String> names, Map<String, List<Event>> streams, SplittableRandom random) {
        List<Event> published = new ArrayList<>();
        for (String name : names) {
            streams.put(name, new ArrayList<>());
        }
        while (names.stream().anyMatch(name -> streams.get(name).size() < RECORDS_PER_STREAM)) {
            String name = names.get(random.nextInt(names.size()));
            List<Event> stream = streams.get(name);
            if (stream.size() < RECORDS_PER_STREAM) {
                int sequence = stream.size();
                Event event = random.nextInt(4) == 0
                        ? Records.reset(name, sequence, sequence)
                        : Records.example(name, sequence, sequence % 3, sequence, 1, random.nextInt(3), 0.5f);
                stream.add(event);
                published.add(event);
            }
            if (!stream.isEmpty() && random.nextInt(5) == 0) {
                published.add(stream.get(random.nextInt(stream.size())));
            }
        }
        return published;
    }

    private static List<RawRecord> records(List<Event> events, int partition) {
        List<RawRecord> records = new ArrayList<>();
        for (Event event : events) {
            byte[] key = event.getStream().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            records.add(new RawRecord(key, new RecordCodec().encode(event), Records.TOPIC, partition, records.size()));
        }
        return records;
    }

    private static String brief(Event event) {
        return event.getStream() + ":" + event.getSequence();
    }

    /** State of a learner that got each event once, in order. */
    private static byte[] undisturbed(String name, List<Event> events) throws Exception {
        try (Learner learner = Learners.create(spec(name), "cpu");
                AssignHarness harness = AssignHarness.of(spec(name))) {
            for (Event event : events) {
                harness.read(event);
            }
            harness.assigned().forEach(event -> learner.observe(event.event(), NOWHERE));
            return bytes(learner.state());
        }
    }

    private static LearnerSpec spec(String name) {
        for (LearnerSpec spec : LEARNERS) {
            if (spec.name().equals(name)) {
                return spec;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static byte[] bytes(LearnerState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LearnerStateCodec.write(state, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** What a checkpoint has. */
    private record Checkpoint(
            int[] offsets,
            OperatorSubtaskState assigned,
            Map<String, byte[]> learners,
            Map<String, List<String>> applied,
            int repetitions) {}

    /** A job without a cluster: the operator that assigns, and the learners behind it. */
    private static final class Job implements AutoCloseable {

        private final List<List<RawRecord>> partitions;
        private final int[] offsets = new int[PARTITIONS.size()];
        private final Map<String, Learner> learners = new LinkedHashMap<>();
        private final Map<String, List<String>> applied = new LinkedHashMap<>();
        private int repetitions;
        private AssignHarness harness;
        private Checkpoint last;

        Job(List<List<RawRecord>> partitions) throws Exception {
            this.partitions = partitions;
            this.harness = AssignHarness.of(LEARNERS);
            for (LearnerSpec spec : LEARNERS) {
                learners.put(spec.name(), Learners.create(spec, "cpu"));
                applied.put(spec.name(), new ArrayList<>());
            }
            // A job that fails before its first checkpoint begins anew, which is the same as going back to this one.
            checkpoint();
        }

        void read(int partition) throws Exception {
            if (offsets[partition] == partitions.get(partition).size()) {
                return;
            }
            int assigned = harness.assigned().size();
            int letters = harness.letters().size();
            harness.read(partitions.get(partition).get(offsets[partition]++));
            for (LearnerEvent event :
                    harness.assigned().subList(assigned, harness.assigned().size())) {
                learners.get(event.learner()).observe(event.event(), NOWHERE);
                applied.get(event.learner()).add(event.event().stream + ":" + event.event().sequence);
            }
            for (var letter :
                    harness.letters().subList(letters, harness.letters().size())) {
                assertThat(letter.getReason()).isEqualTo(DeadLetterReason.SEQUENCE_REPEATED);
                repetitions++;
            }
        }

        void readAll(int partition) throws Exception {
            while (offsets[partition] < partitions.get(partition).size()) {
                read(partition);
            }
        }

        void checkpoint() throws Exception {
            Map<String, byte[]> states = new LinkedHashMap<>();
            Map<String, List<String>> said = new LinkedHashMap<>();
            for (String name : learners.keySet()) {
                states.put(name, state(name));
                said.put(name, new ArrayList<>(applied.get(name)));
            }
            last = new Checkpoint(offsets.clone(), harness.snapshot(), states, said, repetitions);
        }

        void fail() throws Exception {
            harness.close();
            harness = AssignHarness.restored(last.assigned(), LEARNERS);
            System.arraycopy(last.offsets(), 0, offsets, 0, offsets.length);
            for (LearnerSpec spec : LEARNERS) {
                learners.get(spec.name()).close();
                LearnerState state = LearnerStateCodec.read(new DataInputStream(
                        new ByteArrayInputStream(last.learners().get(spec.name()))));
                learners.put(spec.name(), Learners.restore(spec, "cpu", state));
                applied.put(spec.name(), new ArrayList<>(last.applied().get(spec.name())));
            }
            repetitions = last.repetitions();
        }

        byte[] state(String name) throws IOException {
            return bytes(learners.get(name).state());
        }

        @Override
        public void close() {
            harness.close();
            learners.values().forEach(Learner::close);
        }
    }

    private static final LearnerOutput NOWHERE = new LearnerOutput() {
        @Override
        public void report(Report report) {}

        @Override
        public void taskSummary(TaskSummary summary) {}

        @Override
        public void prediction(Prediction prediction) {}
    };
}
