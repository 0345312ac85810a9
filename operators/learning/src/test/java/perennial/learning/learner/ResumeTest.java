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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;

/** A learner that is saved and restored between any two events is byte for byte the one that never stopped. */
class ResumeTest {

    private static final int EVENTS = 32;

    static List<Arguments> variants() {
        return Variants.arguments().toList();
    }

    /** A failure after every record, and so after every update, of every kind of learner. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void shouldContinueFromEveryRecord(String name, LearnerSpec spec) {
        List<Event> events = Variants.events(spec, EVENTS, 3);

        Recording undisturbed = Recording.of(spec, "cpu", events);

        assertThat(undisturbed.updates()).as("updates").isGreaterThan(3);
        for (int cut = 0; cut <= events.size(); cut++) {
            undisturbed.assertContinuesFrom(cut);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "regression with every metric",
                "c51 with every metric",
                "streamQ with every metric",
                "twin with every metric",
                "classification with every metric",
                "all interventions that get on together"
            })
    void shouldContinueFromEveryRecordOnTheOtherEngine(String name) {
        LearnerSpec spec = Variants.all().get(name);
        List<Event> events = Variants.events(spec, 16, 3);

        Recording undisturbed = Recording.of(spec, "nd4j", events);

        for (int cut = 0; cut <= events.size(); cut += 3) {
            undisturbed.assertContinuesFrom(cut);
        }
    }

    /** The same on other events, with each kind of learner about as often. */
    @Property(tries = 150)
    void shouldContinueAsIfItHadNeverStopped(
            @ForAll("specs") LearnerSpec spec, @ForAll @IntRange(min = 0, max = 60) int cut, @ForAll long seed) {
        List<Event> events = Variants.events(spec, 60, seed);

        Recording.of(spec, "cpu", events).assertContinuesFrom(cut);
    }

    @Property(tries = 30)
    void shouldGiveEqualBytesForEqualSeeds(@ForAll("specs") LearnerSpec spec, @ForAll long seed) {
        List<Event> events = Variants.events(spec, 60, seed);

        Recording.of(spec, "cpu", events).assertEqualTo(Recording.of(spec, "cpu", events));
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
        byte[] saved = Recording.of(spec, "cpu", events.subList(0, 22)).lastState();
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
