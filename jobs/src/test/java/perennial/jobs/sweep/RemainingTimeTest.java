package perennial.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RemainingTimeTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldGoOnAsFastAsSoFar() {
        RemainingTime time = new RemainingTime(1000);
        time.sample(0, 0);
        time.sample(10 * SECOND, 100);
        time.sample(20 * SECOND, 250);

        assertThat(time.left()).contains(Duration.ofSeconds(60));
        assertThat(time.inWords()).isEqualTo("60 s");
    }

    @Test
    void shouldNotCountWhatAnEarlierRunHasDone() {
        RemainingTime time = new RemainingTime(1000);
        time.sample(0, 900);
        time.sample(10 * SECOND, 910);

        assertThat(time.left()).contains(Duration.ofSeconds(90));
    }

    @Test
    void shouldBeginAnewWhereWorkWasLost() {
        RemainingTime time = new RemainingTime(1000);
        time.sample(0, 200);
        time.sample(10 * SECOND, 300);
        time.sample(20 * SECOND, 100);

        assertThat(time.left()).isEmpty();
        time.sample(30 * SECOND, 200);
        assertThat(time.left()).contains(Duration.ofSeconds(80));
    }

    @Test
    void shouldNotGuessBeforeAnythingIsDone() {
        RemainingTime time = new RemainingTime(1000);
        time.sample(0, 5);
        time.sample(10 * SECOND, 5);

        assertThat(time.inWords()).isEqualTo("unknown");
    }

    @Test
    void shouldSayItInWords() {
        RemainingTime time = new RemainingTime(1001);
        time.sample(0, 0);
        time.sample(SECOND, 1);
        assertThat(time.inWords()).isEqualTo("17 min");

        time.sample(40 * SECOND, 2);
        assertThat(time.inWords()).isEqualTo("5.6 h");
    }
}
