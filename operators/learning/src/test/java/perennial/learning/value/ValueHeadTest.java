package perennial.learning.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.value.ValueHeadSpec.TdLoss;

class ValueHeadTest {

    private static final int ACTIONS = 3;

    @Test
    void shouldComputeTheHuberLossOfTheActionTaken() {
        ValueHead head = ValueHead.of(new ValueHeadSpec.Expected(TdLoss.HUBER, false, false), 2, 2);
        float[] gradient = new float[4];
        double[] errors = new double[2];

        head.target(2, new float[] {1, 3, 5, 2}, new int[] {1, 0}, new float[] {1, 0.5f}, new float[] {0.5f, 0});
        // Targets 1 + 0.5 * 3 = 2.5 and 0.5; predictions 0.5 and 1.
        double loss =
                head.loss(2, new float[] {9, 0.5f, 1, 9}, new int[] {1, 0}, new float[] {1, 0.5f}, gradient, errors);

        assertThat(loss).isCloseTo((1.5 + 0.5 * 0.125) / 2, within(1e-12));
        assertThat(gradient).containsExactly(0, -0.5f, 0.125f, 0);
        assertThat(errors).containsExactly(2, 0.5);
        assertThat(head.meanAbsoluteTdError()).isEqualTo(1.25);
    }

    @Test
    void shouldComputeTheSquaredLoss() {
        ValueHead head = ValueHead.of(new ValueHeadSpec.Expected(TdLoss.SQUARED, false, false), 2, 1);
        float[] gradient = new float[2];

        head.target(1, new float[] {0, 0}, new int[] {0}, new float[] {3}, new float[] {1});
        double loss = head.loss(1, new float[] {1, 0}, new int[] {0}, new float[] {1}, gradient, new double[1]);

        assertThat(loss).isEqualTo(4);
        assertThat(gradient).containsExactly(-4, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDifferentiateAnActionsValue(boolean isDistribution) {
        ValueHead head = ValueHead.of(
                isDistribution
                        ? new ValueHeadSpec.Categorical(5, -2, 3, false, false)
                        : new ValueHeadSpec.Expected(TdLoss.HUBER, false, false),
                ACTIONS,
                2);
        int outputs = isDistribution ? 5 * ACTIONS : ACTIONS;
        SplittableRandom random = new SplittableRandom(4);
        float[] values = new float[2 * outputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        for (int action = 0; action < ACTIONS; action++) {
            float[] gradient = new float[values.length];
            java.util.Arrays.fill(gradient, 9f);

            double value = head.valueGradient(values, 1, action, gradient);

            if (action == head.greedyAction(values, 1)) {
                assertThat(value).isEqualTo(head.greatestValue(values, 1));
            }
            for (int i = 0; i < values.length; i++) {
                if (i < outputs) {
                    assertThat(gradient[i]).as("of another row").isEqualTo(9f);
                    continue;
                }
                float kept = values[i];
                values[i] = kept + 0.01f;
                double ahead = head.valueGradient(values, 1, action, new float[values.length]);
                values[i] = kept - 0.01f;
                double behind = head.valueGradient(values, 1, action, new float[values.length]);
                values[i] = kept;
                assertThat((double) gradient[i]).isCloseTo((ahead - behind) / 0.02, within(1e-4));
            }
        }
    }

    @Test
    void shouldNotReadTheNextValueAfterATerminalState() {
        ValueHead head = ValueHead.of(new ValueHeadSpec.Expected(TdLoss.SQUARED, false, false), 2, 1);

        head.target(1, new float[] {Float.POSITIVE_INFINITY, 0}, new int[] {0}, new float[] {1}, new float[] {0});
        double loss = head.loss(1, new float[] {1, 0}, new int[] {0}, new float[] {1}, new float[2], new double[1]);

        assertThat(loss).isZero();
    }

    @Test
    void shouldChooseTheFirstOfTheGreatestValues() {
        ValueHead expected = ValueHead.of(new ValueHeadSpec.Expected(TdLoss.HUBER, false, false), 3, 2);
        assertThat(expected.greedyAction(new float[] {0, 0, 0, 1, 2, 2}, 1)).isEqualTo(1);
        assertThat(expected.greatestValue(new float[] {0, 0, 0, 1, 2, 2}, 1)).isEqualTo(2);

        ValueHead categorical = ValueHead.of(new ValueHeadSpec.Categorical(2, 0, 10, false, false), 2, 1);
        float[] outputs = {5, 5, 0, (float) Math.log(3)};
        assertThat(categorical.greedyAction(outputs, 0)).isEqualTo(1);
        assertThat(categorical.greatestValue(outputs, 0)).isCloseTo(7.5, within(1e-6));
    }

    @Test
    void shouldProjectBetweenAtoms() {
        AtomSupport support = new AtomSupport(5, -2, 2);
        double[] target = new double[6];

        // Atoms -2..2 move to 0.25 + z/2: -0.75, -0.25, 0.25, 0.75, 1.25.
        support.project(new double[] {0.1, 0.2, 0.3, 0.2, 0.2}, 0.25, 0.5, target, 1);

        assertThat(target)
                .containsExactly(
                        new double[] {
                            0,
                            0,
                            0.1 * 0.75 + 0.2 * 0.25,
                            0.1 * 0.25 + 0.2 * 0.75 + 0.3 * 0.75 + 0.2 * 0.25,
                            0.3 * 0.25 + 0.2 * 0.75 + 0.2 * 0.75,
                            0.2 * 0.25
                        },
                        within(1e-12));
    }

    @Test
    void shouldMoveMassByWholeAtomsWithoutLoss() {
        AtomSupport support = new AtomSupport(5, -2, 2);
        double[] source = {0.1, 0.2, 0.3, 0.15, 0.25};
        double[] target = new double[5];

        support.project(source, 1, 1, target, 0);
        assertThat(target).containsExactly(new double[] {0, 0.1, 0.2, 0.3, 0.4}, within(1e-12));

        support.project(source, -9, 1, target, 0);
        assertThat(target).containsExactly(new double[] {1, 0, 0, 0, 0}, within(1e-12));
    }

    @Property(tries = 200)
    void shouldKeepTheMassAndInsideTheSupportTheMean(
            @ForAll @IntRange(min = 2, max = 60) int atoms,
            @ForAll @DoubleRange(min = -0.4, max = 0.4) double reward,
            @ForAll @DoubleRange(min = 0, max = 0.9) double discount,
            @ForAll long seed) {
        AtomSupport support = new AtomSupport(atoms, -5, 5);
        SplittableRandom random = new SplittableRandom(seed);
        double[] source = random.doubles(atoms).toArray();
        double sum = DoubleStream.of(source).sum();
        for (int i = 0; i < atoms; i++) {
            source[i] /= sum;
        }
        double[] target = new double[atoms];

        support.project(source, reward, discount, target, 0);

        assertThat(DoubleStream.of(target).sum()).isCloseTo(1, within(1e-9));
        assertThat(support.mean(target, 0)).isCloseTo(reward + discount * support.mean(source, 0), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldWriteTheGradientOfItsLoss(int kind) {
        ValueHeadSpec spec =
                switch (kind) {
                    case 0 -> new ValueHeadSpec.Expected(TdLoss.HUBER, false, false);
                    case 1 -> new ValueHeadSpec.Expected(TdLoss.SQUARED, true, false);
                    default -> new ValueHeadSpec.Categorical(7, -2, 3, false, false);
                };
        int rows = 4;
        ValueHead head = ValueHead.of(spec, ACTIONS, rows);
        SplittableRandom random = new SplittableRandom(5);
        float[] outputs = floats(random, rows * ACTIONS * spec.outputsPerAction());
        int[] actions = {0, 2, 1, 2};
        float[] weights = {1, 0.5f, 0.25f, 0.75f};
        head.target(rows, floats(random, outputs.length), new int[] {1, 0, 2, 1}, floats(random, rows), new float[] {
            0.9f, 0, 0.9f, 0.81f
        });
        float[] gradient = new float[outputs.length];
        double[] errors = new double[rows];
        head.loss(rows, outputs, actions, weights, gradient, errors);

        for (int i = 0; i < outputs.length; i++) {
            float original = outputs[i];
            float step = 1f / 256;
            outputs[i] = original + step;
            double above = head.loss(rows, outputs, actions, weights, new float[outputs.length], errors);
            outputs[i] = original - step;
            double below = head.loss(rows, outputs, actions, weights, new float[outputs.length], errors);
            outputs[i] = original;
            assertThat((double) gradient[i]).as("output %d", i).isCloseTo((above - below) / (2 * step), within(1e-4));
        }
    }

    @Test
    void shouldRefuseADistributionWithoutExtent() {
        assertThatThrownBy(() -> new ValueHeadSpec.Categorical(51, 1, 1, false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lowest=1.0 highest=1.0");
        assertThatThrownBy(() -> new ValueHeadSpec.Categorical(1, 0, 1, false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("atoms=1");
    }

    private static float[] floats(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1.5, 1.5);
        }
        return values;
    }
}
