package perennial.learning.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FeatureRanksTest {

    @Test
    void shouldReadTheRanksOffSingularValuesAsTheirDefinitionsSay() {
        // Sum 200, 99 % of it 198; sum of squares 100^2 + 80^2 + 17^2 + 2^2 + 1^2 = 16694, 99 % of it 16527.06.
        FeatureRanks ranks = FeatureRanks.of(new double[] {100, 80, 17, 2, 1}, 40_000);

        assertThat(ranks.srank()).isEqualTo(4); // 100 + 80 + 17 = 197 < 198
        assertThat(ranks.approximateRank()).isEqualTo(3); // 10000 + 6400 = 16400 < 16527.06
        assertThat(ranks.stableRank()).isCloseTo(1.6694, within(1e-12));
        assertThat(ranks.featureRank()).isEqualTo(4); // above 1, which the last is not
        assertThat(ranks.scaledFeatureRank()).isEqualTo(3); // above 0.01 * 200 = 2
        double entropy = -(0.5 * Math.log(0.5)
                + 0.4 * Math.log(0.4)
                + 0.085 * Math.log(0.085)
                + 0.01 * Math.log(0.01)
                + 0.005 * Math.log(0.005));
        assertThat(ranks.effectiveRank()).isCloseTo(Math.exp(entropy), within(1e-12));
    }

    @Test
    void shouldGiveEqualSingularValuesFullRank() {
        FeatureRanks ranks = FeatureRanks.of(new double[] {7, 7, 7, 7}, 4);

        assertThat(ranks).isEqualTo(new FeatureRanks(4, 4, ranks.effectiveRank(), 4, 4, 4));
        assertThat(ranks.effectiveRank()).isCloseTo(4, within(1e-12));
    }

    @Test
    void shouldGiveFeaturesOfZeroRankZero() {
        assertThat(FeatureRanks.of(new double[3], 5)).isEqualTo(new FeatureRanks(0, 0, 0, 0, 0, 0));
    }
}
