package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;

/** A learner that is saved and restored between any two events is byte for byte the one that never stopped. */
class ResumeTest {

    private static final int EVENTS = 20;

    /** A failure after every record, and so after every update, of every kind of learner. */
    @Test
    void shouldContinueFromEveryRecord() {
        Variants.all().forEach((name, spec) -> {
            Recording undisturbed = Recording.of(name, spec, "cpu", Variants.events(spec, EVENTS, 3));
            assertThat(undisturbed.updates()).as("updates of " + name).isGreaterThan(3);
            for (int cut = 0; cut <= EVENTS; cut++) {
                undisturbed.assertContinuesFrom(cut);
            }
        });
    }

    @Test
    void shouldContinueOnTheOtherEngine() {
        Variants.everyNth(60).forEach((name, spec) -> {
            Recording undisturbed = Recording.of(name, spec, "nd4j", Variants.events(spec, 16, 3));
            for (int cut = 1; cut <= 16; cut += 5) {
                undisturbed.assertContinuesFrom(cut);
            }
        });
    }

    /** The same on other events, with each kind of learner about as often. */
    @Property(tries = 60)
    void shouldContinueAsIfItHadNeverStopped(
            @ForAll("specs") LearnerSpec spec, @ForAll @IntRange(min = 0, max = 40) int cut, @ForAll long seed) {
        List<Event> events = Variants.events(spec, 40, seed);

        Recording.of(spec.toString(), spec, "cpu", events).assertContinuesFrom(cut);
    }

    @Property(tries = 20)
    void shouldGiveEqualBytesForEqualSeeds(@ForAll("specs") LearnerSpec spec, @ForAll long seed) {
        List<Event> events = Variants.events(spec, 40, seed);

        Recording.of("one", spec, "cpu", events).assertEqualTo(Recording.of("other", spec, "cpu", events));
    }

    @Provide
    Arbitrary<LearnerSpec> specs() {
        return Arbitraries.of(List.copyOf(Variants.all().values()));
    }

    @Test
    void shouldContinueOnAnotherEngineUpToRounding() {
        LearnerSpec spec = SpecBuilder.spec().build();
        List<Event> events = Events.random(spec.task(), 40, 0, 3);
        RecordingOutput stayed = new RecordingOutput();
        List<Report> moved = new ArrayList<>();

        try (Learner learner = Learners.create(spec, "cpu")) {
            events.forEach(event -> learner.observe(event, stayed));
        }
        byte[] saved = Recording.of("saved", spec, "cpu", events.subList(0, 22)).lastState();
        try (Learner learner = Learners.restore(spec, "nd4j", Recording.read(saved))) {
            RecordingOutput output = new RecordingOutput();
            events.subList(22, 40).forEach(event -> learner.observe(event, output));
            moved.addAll(output.reports);
        }

        List<Report> expected = stayed.reports.subList(5, 10);
        assertThat(moved).hasSameSizeAs(expected);
        for (int i = 0; i < moved.size(); i++) {
            assertThat(moved.get(i).loss).isCloseTo(expected.get(i).loss, within(1e-4));
            assertThat(moved.get(i).engine).startsWith("nd4j");
        }
    }
}
