package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;

class SlowRegressionTest {

    private static final Images.Bits PUBLISHED = new Images.Bits(15, 5, 100, 0.7);

    @Test
    void shouldSayTheTargetsOfASmallNetworkComputedByHand() {
        // m = 3 and beta = 0.7, so that beta (m + 1) = 2.8.
        // Unit 0: weights 1 1 1, bias 1:   S = (3 - 3 + 1) / 2 = 0.5, on above 2.3.
        // Unit 1: weights 1 -1 1, bias -1: S = (3 - 1 - 1) / 2 = 0.5, on above 2.3.
        // Unit 2: weights -1 -1 1, bias 1: S = (3 + 1 + 1) / 2 = 2.5, on above 0.3.
        TargetNetwork network = new TargetNetwork(
                new int[][] {{1, 1, 1}, {1, -1, 1}, {-1, -1, 1}}, new int[] {1, -1, 1}, new int[] {1, 1, -1}, 1, 0.7);

        // Sums 1, -1 and 1: only unit 2 is on. 1 - 1 = 0.
        assertThat(network.value(new byte[] {0, 0, 0})).isEqualTo(0f);
        // Sums 4, 0 and 0: only unit 0 is on. 1 + 1 = 2.
        assertThat(network.value(new byte[] {1, 1, 1})).isEqualTo(2f);
        // Sums 3, 1 and 1: units 0 and 2 are on. 1 + 1 - 1 = 1.
        assertThat(network.value(new byte[] {1, 0, 1})).isEqualTo(1f);
        // Sums 2, -1 and 2: only unit 2 is on. 1 - 1 = 0.
        assertThat(network.value(new byte[] {0, 0, 1})).isEqualTo(0f);
        // Sums 3, -1 and -1: only unit 0 is on. 1 + 1 = 2.
        assertThat(network.value(new byte[] {1, 1, 0})).isEqualTo(2f);
    }

    @Property(tries = 30)
    void shouldSayWhatTheDrawnNetworkSays(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 10) int slow,
            @ForAll @IntRange(max = 64) int fast,
            @ForAll @IntRange(min = 1, max = 20) int units) {
        LabelStreamSpec spec = spec(new Images.Bits(slow, fast, units, 0.7), false, seed, 3, 10);
        int inputs = slow + fast;
        UniformRandomProvider random = Purpose.TARGET_NETWORK.generator(seed, 0);
        double[][] drawn = new double[units][inputs + 1];
        for (double[] unit : drawn) {
            Arrays.setAll(unit, i -> random.nextInt(2) == 1 ? 1 : -1);
        }
        double[] output = new double[units + 1];
        Arrays.setAll(output, i -> random.nextInt(2) == 1 ? 1 : -1);

        for (Item item : Item.all(LabelStream.open(spec))) {
            if (item.reset()) {
                continue;
            }
            double expected = output[units];
            for (int unit = 0; unit < units; unit++) {
                double sum = drawn[unit][inputs];
                double weights = 0;
                for (int i = 0; i < inputs; i++) {
                    sum += drawn[unit][i] * item.image().get(i);
                    weights += drawn[unit][i];
                }
                double threshold = 0.7 * (inputs + 1) - (inputs - weights + drawn[unit][inputs]) / 2;
                expected += sum > threshold ? output[unit] : 0;
            }
            assertThat(item.target()).isEqualTo((float) expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepTheSlowBitsWithinATask(boolean flipOne) {
        List<Set<List<Byte>>> slow = slowBits(spec(PUBLISHED, flipOne, 3, 8, 100));

        assertThat(slow).hasSize(8).allSatisfy(ofTask -> assertThat(ofTask).hasSize(1));
    }

    @Property(tries = 30)
    void shouldFlipExactlyOneSlowBit(@ForAll long seed) {
        List<Set<List<Byte>>> slow = slowBits(spec(PUBLISHED, true, seed, 20, 2));

        for (int task = 1; task < 20; task++) {
            List<Byte> before = slow.get(task - 1).iterator().next();
            List<Byte> after = slow.get(task).iterator().next();
            int flipped = 0;
            for (int i = 0; i < 15; i++) {
                flipped += before.get(i).equals(after.get(i)) ? 0 : 1;
            }
            assertThat(flipped).isOne();
        }
    }

    @Test
    void shouldDrawEveryBitWithEqualProbability() {
        int tasks = 2_000;
        int[] ones = new int[20];
        for (Item item : Item.all(LabelStream.open(spec(PUBLISHED, false, 3, tasks, 1)))) {
            for (int i = 0; !item.reset() && i < 20; i++) {
                ones[i] += item.image().get(i);
            }
        }

        // 1000 are expected, with a standard deviation of 22.
        for (int count : ones) {
            assertThat(count).isBetween(890, 1_110);
        }
    }

    @Test
    void shouldHaveTargetsThatDependOnTheInput() {
        Set<Float> targets = new HashSet<>();
        for (Item item : Item.all(LabelStream.open(spec(PUBLISHED, false, 3, 2, 1_000)))) {
            targets.add(item.target());
        }

        assertThat(targets).hasSizeGreaterThan(5);
    }

    @Test
    void shouldRefuseImagesForBitsAndBitsForImages() {
        assertThatThrownBy(() -> new LabelStreamSpec("s", PUBLISHED, new Change.RandomLabels(), 1, 1, 1, 0))
                .hasMessageContaining("bits go with a change of type slowBits");
        assertThatThrownBy(() -> new LabelStreamSpec(
                        "s", new Images.Synthetic(1, 1, 1, 2, 1, 0), new Change.SlowBits(true), 1, 1, 1, 0))
                .hasMessageContaining("bits go with a change of type slowBits");
        assertThatThrownBy(() -> new Images.Bits(0, 5, 100, 0.7)).hasMessageContaining("slow=0");
        assertThatThrownBy(() -> new Images.Bits(15, 65, 100, 0.7)).hasMessageContaining("fast=65");
        assertThatThrownBy(() -> new Images.Bits(15, 5, 0, 0.7)).hasMessageContaining("units=0");
        assertThatThrownBy(() -> new Images.Bits(15, 5, 100, Double.NaN)).hasMessageContaining("beta=NaN");
    }

    /** The values of the slow bits in each task. */
    private static List<Set<List<Byte>>> slowBits(LabelStreamSpec spec) {
        List<Set<List<Byte>>> slow = new ArrayList<>();
        for (Item item : Item.all(LabelStream.open(spec))) {
            while (!item.reset() && slow.size() <= item.task()) {
                slow.add(new HashSet<>());
            }
            if (!item.reset()) {
                slow.get(item.task()).add(item.image().subList(0, 15));
            }
        }
        return slow;
    }

    private static LabelStreamSpec spec(
            Images.Bits bits, boolean flipOne, long seed, long resets, long examplesPerTask) {
        return new LabelStreamSpec("s", bits, new Change.SlowBits(flipOne), seed, resets, examplesPerTask, 0);
    }
}
