package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void shouldIncludeTheEndsInBrackets() {
        Interval interval = Interval.parse("[0, 1]");

        assertThat(interval.contains(0)).isTrue();
        assertThat(interval.contains(1)).isTrue();
        assertThat(interval.contains(-0.001)).isFalse();
        assertThat(interval.contains(1.001)).isFalse();
        assertThat(interval.contains(Double.NaN)).isFalse();
    }

    @Test
    void shouldExcludeTheEndsInParentheses() {
        Interval interval = Interval.parse("(0, 1)");

        assertThat(interval.contains(0)).isFalse();
        assertThat(interval.contains(0.5)).isTrue();
        assertThat(interval.contains(1)).isFalse();
    }

    @Test
    void shouldSayItselfInWords() {
        assertThat(Interval.parse("[0, 1)").inWords()).isEqualTo("at least 0 and less than 1");
        assertThat(Interval.parse("(0.5, inf)").inWords()).isEqualTo("more than 0.5");
        assertThat(Interval.parse("(-inf, 3]").inWords()).isEqualTo("at most 3");
        assertThat(Interval.parse("(-inf, inf)").inWords()).isEmpty();
    }

    @Test
    void shouldRefuseOtherText() {
        assertThatThrownBy(() -> Interval.parse("0..1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text=0..1");
    }
}
