package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = 1_000_000_000;

    private final ScriptedClock clock = new ScriptedClock();
    private final long start = clock.nanoTime();

    @Test
    void shouldKeepTheRate() {
        RateLimit limit = new RateLimit(4, clock);

        for (int i = 0; i < 41; i++) {
            assertThat(limit.await(() -> false)).isTrue();
        }

        assertThat(clock.nanoTime() - start).isEqualTo(10 * SECOND);
    }

    @Test
    void shouldNotWaitWithoutALimit() {
        RateLimit limit = new RateLimit(0, clock);

        for (int i = 0; i < 1_000; i++) {
            assertThat(limit.await(() -> false)).isTrue();
        }

        assertThat(clock.nanoTime()).isEqualTo(start);
    }

    @Test
    void shouldMakeUpForASmallDelayButNotForALongStall() {
        RateLimit limit = new RateLimit(4, clock);
        limit.await(() -> false);

        clock.sleep(SECOND);
        for (int i = 0; i < 4; i++) {
            limit.await(() -> false);
        }
        assertThat(clock.nanoTime() - start).isEqualTo(SECOND);

        clock.sleep(100 * SECOND);
        for (int i = 0; i < 5; i++) {
            limit.await(() -> false);
        }
        assertThat(clock.nanoTime() - start).isEqualTo(102 * SECOND);
    }

    @Test
    void shouldEndItsWaitWhenStopped() {
        RateLimit limit = new RateLimit(0.001, clock);
        limit.await(() -> false);

        boolean allowed = limit.await(() -> clock.nanoTime() - start >= SECOND);

        assertThat(allowed).isFalse();
        assertThat(clock.nanoTime() - start).isEqualTo(SECOND);
    }
}
