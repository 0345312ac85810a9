package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RunningMomentsTest {

    /** Far from 0, where sums of squares would lose what is to be measured. */
    @Property(tries = 50)
    void shouldBeTheMomentsOfAllVectors(@ForAll @IntRange(min = 2, max = 200) int count, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RunningMoments moments = new RunningMoments(3);
        float[][] vectors = new float[count][5];
        for (float[] vector : vectors) {
            for (int i = 0; i < 5; i++) {
                vector[i] = (float) (10_000 * i + random.nextDouble(-1, 1));
            }
            moments.add(vector, 2);
        }

        for (int i = 0; i < 3; i++) {
            double mean = 0;
            for (float[] vector : vectors) {
                mean += vector[2 + i] / (double) count;
            }
            double variance = 0;
            for (float[] vector : vectors) {
                variance += (vector[2 + i] - mean) * (vector[2 + i] - mean) / (count - 1);
            }
            assertThat(moments.mean(i)).isCloseTo(mean, within(1e-7));
            assertThat(moments.variance(i)).isCloseTo(variance, within(1e-7));
        }
    }

    @Example
    void shouldHaveAVarianceOfOneBeforeThereAreTwoValues() {
        RunningMoments moments = new RunningMoments(1);
        assertThat(moments.variance(0)).isEqualTo(1);
        moments.add(7);
        assertThat(moments.mean(0)).isEqualTo(7);
        assertThat(moments.variance(0)).isEqualTo(1);
        moments.add(9);
        assertThat(moments.variance(0)).isEqualTo(2);
    }
}
