package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import perennial.environment.EnvironmentException;

class StreamEndTest {

    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final byte[] OURS = "ours".getBytes(StandardCharsets.UTF_8);

    private final ListLog log = new ListLog();

    @Test
    void shouldFindNothingInAnEmptyPartition() {
        assertThat(end(new ScriptedClock())).isNull();
    }

    @Test
    void shouldFindTheLastRecordOfItsKeyOnly() {
        log.append("ours", bytes(1));
        log.append("ours", bytes(2));
        log.append("theirs", bytes(3));
        log.append(null, bytes(4));
        log.append("ours", null);

        assertThat(end(new ScriptedClock())).containsExactly(2);
    }

    @Test
    void shouldFindARecordFarBack() {
        log.append("ours", bytes(1));
        for (int i = 0; i < 50_000; i++) {
            log.append("theirs", bytes(9));
        }

        assertThat(end(new ScriptedClock())).containsExactly(1);
    }

    @Test
    void shouldReadLittleWhenTheRecordIsNearTheEnd() {
        for (int i = 0; i < 50_000; i++) {
            log.append("ours", bytes(1));
        }

        end(new ScriptedClock());

        assertThat(log.read()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void shouldWaitForWhatAKilledProducerHadUnderWay() {
        log.append("ours", bytes(1));
        int[] late = {2, 3, 4};
        int[] sleeps = {0};
        ScriptedClock clock = new ScriptedClock(() -> {
            // Three records, half a quiet time after one another.
            if (++sleeps[0] % 5 == 0 && sleeps[0] / 5 <= late.length) {
                log.append("ours", bytes(late[sleeps[0] / 5 - 1]));
            }
        });

        assertThat(end(clock)).containsExactly(4);
    }

    @Test
    void shouldNotBeDisturbedByOtherStreams() {
        log.append("ours", bytes(1));
        ScriptedClock clock = new ScriptedClock(() -> log.append("theirs", bytes(2)));
        long start = clock.nanoTime();

        assertThat(end(clock)).containsExactly(1);
        assertThat(clock.nanoTime() - start).isEqualTo(QUIET.toNanos());
    }

    @Test
    void shouldSayThatAnotherProducerIsWriting() {
        ScriptedClock clock = new ScriptedClock(() -> log.append("ours", bytes(1)));

        assertThatThrownBy(() -> end(clock))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("another one is writing it")
                .hasMessageContaining("another stream name");
    }

    @Test
    void shouldSayThatASlowProducerIsWriting() {
        int[] sleeps = {0};
        ScriptedClock clock = new ScriptedClock(() -> {
            // A record every third of the quiet time, which is long.
            if (++sleeps[0] % 3 == 0) {
                log.append("ours", bytes(1));
            }
        });
        long start = clock.nanoTime();

        assertThatThrownBy(() -> new StreamEnd(log, OURS, clock).find(Duration.ofSeconds(30), QUIET.multipliedBy(10)))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("another one is writing it");
        assertThat(clock.nanoTime() - start).isEqualTo(Duration.ofSeconds(18).toNanos());
    }

    private byte[] end(ScriptedClock clock) {
        return new StreamEnd(log, OURS, clock).find(QUIET, QUIET.multipliedBy(10));
    }

    private static byte[] bytes(int value) {
        return new byte[] {(byte) value};
    }
}
