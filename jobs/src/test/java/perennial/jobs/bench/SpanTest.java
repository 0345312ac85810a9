package perennial.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.jobs.bench.Span.Pause;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;

class SpanTest {

    private final Span span = new Span(2, 4, 0);

    @Test
    void shouldBeDoneWithItsLastUpdate() {
        for (int update = 1; update < 4; update++) {
            span.reached(update);
            assertThat(span.done()).isNotDone();
        }

        span.reached(4);

        assertThat(span.done()).isDone();
        assertThat(span.updates()).isEqualTo(2);
        assertThat(span.done().join().elapsed()).isPositive();
    }

    @Test
    void shouldCountThePausesWithinIt() {
        Pause early = new Pause(0, 1, 1, 1);
        Pause within = new Pause(0, 2, 1, 1);
        span.paused(early);
        span.reached(2);
        span.paused(within);
        span.reached(4);
        span.paused(early);

        assertThat(span.pauses()).containsExactly(within);
    }

    @Test
    void shouldSeeThePauseBetweenTwoEventsThatACheckpointMakes() {
        TimedLearners.time("timed", span);
        Learner learner = new TimedLearners(CountingLearners.FACTORY)
                .make(
                        BenchConfiguration.load(List.of("learners[0].name=timed"))
                                .learnerSpecs()
                                .get(0),
                        null);
        Event event = new Event();
        learner.observe(event, Ignored.OUTPUT);
        learner.observe(event, Ignored.OUTPUT);
        learner.state();
        learner.observe(event, Ignored.OUTPUT);

        assertThat(span.pauses()).singleElement().satisfies(pause -> {
            assertThat(pause.state()).isNotNegative();
            assertThat(pause.learning()).isGreaterThanOrEqualTo(pause.state());
        });
    }

    @Test
    void shouldFindNothingLostNearItsEnds() {
        span.reached(2);
        span.paused(new Pause(System.nanoTime(), 2, 1, 1));
        span.reached(3);
        span.reached(4);

        assertThat(span.lost(1)).isEmpty();
        assertThat(span.lost(1_000_000_000)).isEmpty();
    }

    @Test
    void shouldRefuseToBeEmpty() {
        assertThatThrownBy(() -> new Span(3, 3, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
