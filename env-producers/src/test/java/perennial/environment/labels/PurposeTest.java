package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PurposeTest {

    @Test
    void shouldGiveEverySeedPurposeAndNumberAGeneratorOfItsOwn() {
        Set<Long> firstDraws = new HashSet<>();
        int generators = 0;
        for (Purpose purpose : Purpose.values()) {
            for (long seed = -2; seed <= 2; seed++) {
                for (long number = 0; number < 20; number++) {
                    firstDraws.add(purpose.generator(seed, number).nextLong());
                    generators++;
                }
            }
        }

        assertThat(firstDraws).hasSize(generators);
    }

    @Test
    void shouldGiveEqualGeneratorsForEqualArguments() {
        assertThat(Purpose.RANDOM_LABELS.generator(5, 6).nextLong())
                .isEqualTo(Purpose.RANDOM_LABELS.generator(5, 6).nextLong());
    }

    @Test
    void shouldGiveEverySeedPurposeAndNumberBitsOfItsOwn() {
        Set<Long> bits = new HashSet<>();
        for (long number = 0; number < 1_000; number++) {
            bits.add(Purpose.FAST_BITS.bits(5, number));
        }

        assertThat(bits).hasSize(1_000);
        assertThat(Purpose.FAST_BITS.bits(5, 6)).isEqualTo(Purpose.FAST_BITS.bits(5, 6));
        assertThat(Purpose.FAST_BITS.bits(5, 6)).isNotEqualTo(Purpose.SLOW_BITS.bits(5, 6));
    }
}
