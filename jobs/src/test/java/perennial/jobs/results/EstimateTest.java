package perennial.jobs.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void shouldTakeStudentsTForTheInterval() {
        // Mean 4, squared deviations 4 + 0 + 4, so s = 2; t of 2 degrees of freedom is 4.302653 (any table).
        Estimate estimate = Estimate.of(2, 4, 6);

        assertThat(estimate.runs()).isEqualTo(3);
        assertThat(estimate.mean()).isEqualTo(4);
        assertThat(estimate.halfWidth()).isCloseTo(4.302653 * 2 / Math.sqrt(3), within(1e-5));
        assertThat(estimate.low()).isCloseTo(4 - 4.968276, within(1e-5));
        assertThat(estimate.high()).isCloseTo(4 + 4.968276, within(1e-5));
    }

    @Test
    void shouldLeaveOutRunsWithoutAValue() {
        // t of 1 degree of freedom is 12.706205, s / sqrt(2) of 1 and 3 is 1.
        Estimate estimate = Estimate.of(Double.NaN, 1, Double.POSITIVE_INFINITY, 3);

        assertThat(estimate.runs()).isEqualTo(2);
        assertThat(estimate.mean()).isEqualTo(2);
        assertThat(estimate.halfWidth()).isCloseTo(12.706205, within(1e-5));
    }

    @Test
    void shouldHaveNoIntervalForOneRun() {
        Estimate estimate = Estimate.of(0.25);

        assertThat(estimate.low()).isEqualTo(0.25);
        assertThat(estimate.high()).isEqualTo(0.25);
        assertThat(estimate).hasToString("0.250");
    }

    @Test
    void shouldHaveNothingWithoutRuns() {
        assertThat(Estimate.of(Double.NaN)).hasToString("-");
    }

    @Test
    void shouldShowDigitsThatCanBeRead() {
        assertThat(new Estimate(3, 0.8531, 0.0123)).hasToString("0.853 ± 0.012");
        assertThat(new Estimate(3, 0.000123, 0)).hasToString("1.23e-04 ± 0.000");
        assertThat(new Estimate(3, 1234.56, 0.5)).hasToString("1234.6 ± 0.500");
    }
}
