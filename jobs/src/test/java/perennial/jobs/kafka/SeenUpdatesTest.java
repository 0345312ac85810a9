package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SeenUpdatesTest {

    @Property(tries = 50)
    void shouldAgreeWithASetOfAllUpdates(@ForAll List<@LongRange(min = 0, max = 200_000) Long> updates) {
        SeenUpdates seen = new SeenUpdates();
        Set<Long> all = new HashSet<>();

        for (long update : updates) {
            assertThat(seen.add(Samples.report("nap", update, 1.0))).isEqualTo(all.add(update));
        }
    }

    @Test
    void shouldTellLearnersAndKindsOfRecordsApart() {
        SeenUpdates seen = new SeenUpdates();

        assertThat(seen.add(Samples.report("one", 3, 1.0))).isTrue();
        assertThat(seen.add(Samples.report("other", 3, 1.0))).isTrue();
        assertThat(seen.add(Samples.summary("one", 3, 0.5))).isTrue();
        assertThat(seen.add(Samples.deadLetter(3, "e"))).isTrue();
        assertThat(seen.add(Samples.report("one", 3, 2.0))).isFalse();
        assertThat(seen.add(Samples.summary("one", 3, 0.5))).isFalse();
        assertThat(seen.add(Samples.deadLetter(3, "e"))).isFalse();
    }

    @Test
    void shouldTellUpdatesBeyondTheRangeOfAnIntegerApart() {
        SeenUpdates seen = new SeenUpdates();
        long large = 1L << 40;

        assertThat(seen.add(Samples.report("nap", 5, 1.0))).isTrue();
        assertThat(seen.add(Samples.report("nap", large + 5, 1.0))).isTrue();
        assertThat(seen.add(Samples.report("nap", large + 5, 1.0))).isFalse();
    }
}
