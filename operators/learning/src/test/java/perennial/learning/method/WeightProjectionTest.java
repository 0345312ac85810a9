package perennial.learning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;

class WeightProjectionTest {

    @Property(tries = 100)
    void shouldRestoreTheNormAndKeepTheDirection(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 300) Integer> sizes,
            @ForAll @FloatRange(min = 0.01f, max = 1000f) float growth,
            @ForAll long seed) {
        try (Engine engine = new CpuEngine()) {
            List<Buffer> weights = random(engine, sizes, seed);
            List<double[]> directions = new ArrayList<>();
            List<Double> norms = new ArrayList<>();
            WeightProjection projection = WeightProjection.atCurrentNorms(engine, names(sizes.size()), weights);
            for (Buffer weight : weights) {
                norms.add(Math.sqrt(engine.sumOfSquares(weight)));
                directions.add(direction(weight));
                engine.scale(weight, growth);
            }

            double[] factors = projection.project();

            for (int i = 0; i < weights.size(); i++) {
                assertThat(Math.sqrt(engine.sumOfSquares(weights.get(i))))
                        .isCloseTo(norms.get(i), within(1e-6 * norms.get(i)));
                assertThat(direction(weights.get(i))).containsExactly(directions.get(i), within(1e-6));
                assertThat(factors[i]).isCloseTo(1 / growth, within(1e-5 / growth));
            }
        }
    }

    @Test
    void shouldProjectNumbersThatCanBeCheckedByHand() {
        try (Engine engine = new CpuEngine()) {
            Buffer weight = engine.allocate(2);
            weight.set(new float[] {3, 4});
            WeightProjection projection = WeightProjection.atCurrentNorms(engine, names(1), List.of(weight));
            weight.set(new float[] {0, -20});

            projection.project();

            assertThat(weight.toArray()).containsExactly(0f, -5f);
            assertThat(projection.radii()).containsExactly(5.0);
        }
    }

    @Test
    void shouldResumeFromSavedRadii() {
        try (Engine engine = new CpuEngine()) {
            Buffer weight = engine.allocate(2);
            weight.set(new float[] {3, 4});

            WeightProjection.withRadii(engine, names(1), List.of(weight), 10.0).project();

            assertThat(weight.toArray()).containsExactly(6f, 8f);
        }
    }

    @Test
    void shouldChangeNothingWhereOneWeightHasCollapsed() {
        try (Engine engine = new CpuEngine()) {
            List<Buffer> weights = random(engine, List.of(4, 4), 1);
            WeightProjection projection = WeightProjection.atCurrentNorms(engine, names(2), weights);
            engine.scale(weights.get(0), 2f);
            float[] before = weights.get(0).toArray();
            engine.fill(weights.get(1), 0f);

            assertThatThrownBy(projection::project)
                    .isInstanceOf(CollapsedWeightException.class)
                    .hasMessage("cannot project a collapsed or diverged weight: weight=w1 norm=0.0");
            assertThat(weights.get(0).toArray()).isEqualTo(before);
        }
    }

    @Test
    void shouldRefuseADivergedWeight() {
        try (Engine engine = new CpuEngine()) {
            List<Buffer> weights = random(engine, List.of(4), 1);
            WeightProjection projection = WeightProjection.atCurrentNorms(engine, names(1), weights);
            weights.get(0).write(2, new float[] {Float.NaN}, 0, 1);

            assertThatThrownBy(projection::project)
                    .isInstanceOf(CollapsedWeightException.class)
                    .hasMessageContaining("norm=NaN");
        }
    }

    @Test
    void shouldRefuseToBeginOnAWeightOfZeros() {
        try (Engine engine = new CpuEngine()) {
            Buffer weight = engine.allocate(3);

            assertThatThrownBy(() -> WeightProjection.atCurrentNorms(engine, names(1), List.of(weight)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a radius must be positive and finite: weight=w0 radius=0.0");
        }
    }

    @Test
    void shouldRefuseAnotherNumberOfRadii() {
        try (Engine engine = new CpuEngine()) {
            List<Buffer> weights = random(engine, List.of(3), 1);

            assertThatThrownBy(() -> WeightProjection.withRadii(engine, names(1), weights, 1.0, 2.0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weights=1 names=1 radii=2");
        }
    }

    private static List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("w" + i);
        }
        return names;
    }

    private static List<Buffer> random(Engine engine, List<Integer> sizes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Buffer> weights = new ArrayList<>();
        for (int size : sizes) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextDouble(0.1, 1) * (random.nextBoolean() ? 1 : -1);
            }
            Buffer weight = engine.allocate(size);
            weight.set(values);
            weights.add(weight);
        }
        return weights;
    }

    private static double[] direction(Buffer weight) {
        float[] values = weight.toArray();
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double[] direction = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            direction[i] = values[i] / Math.sqrt(squares);
        }
        return direction;
    }
}
