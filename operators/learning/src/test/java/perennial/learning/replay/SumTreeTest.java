package perennial.learning.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SumTreeTest {

    @Property(tries = 100)
    void shouldFindWhatAWalkAlongTheWeightsFinds(@ForAll @IntRange(min = 1, max = 70) int slots, @ForAll long seed) {
        SumTree tree = new SumTree(slots);
        SplittableRandom random = new SplittableRandom(seed);
        double[] weights = new double[slots];
        for (int i = 0; i < 200; i++) {
            int slot = random.nextInt(slots);
            // Whole numbers, so that sums are exact in any order.
            weights[slot] = random.nextInt(4);
            tree.set(slot, weights[slot]);
        }
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }

        assertThat(tree.total()).isEqualTo(total);
        for (int i = 0; i < 100 && total > 0; i++) {
            double sum = random.nextDouble() * total;
            int expected = 0;
            for (double passed = weights[0]; sum >= passed; passed += weights[expected]) {
                expected++;
            }
            assertThat(tree.find(sum)).isEqualTo(expected);
        }
    }

    @Test
    void shouldNeverFindAnEmptySlotHoweverSumsAreRounded() {
        SumTree tree = new SumTree(5);
        tree.set(1, 0.1);
        tree.set(2, 0.2);

        assertThat(tree.find(tree.total())).isEqualTo(2);
        assertThat(tree.find(1)).isEqualTo(2);
        assertThat(tree.find(0)).isEqualTo(1);
        assertThat(tree.total()).isCloseTo(0.3, within(1e-15));
    }

    @Test
    void shouldBeEmptyAfterClearing() {
        SumTree tree = new SumTree(4);
        tree.set(3, 2);

        tree.clear();

        assertThat(tree.total()).isZero();
        assertThat(tree.get(3)).isZero();
    }
}
