package perennial.learning.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameters;

class ObgdTest {

    private static final OptimiserSpec PLAIN = new OptimiserSpec.Obgd(1, 2);
    private static final OptimiserSpec ADAPTIVE = new OptimiserSpec.AdaptiveObgd(0.5, 3, 0.9, 1e-4);

    /** The formulas of the class comment, value by value in double precision. */
    @Property(tries = 20)
    void shouldFollowTheFormulas(@ForAll boolean isAdaptive, @ForAll boolean onNd4j, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Engine engine = Engines.create(onNd4j ? "nd4j" : "cpu")) {
            Parameters parameters = parameters(engine);
            Obgd optimiser = (Obgd) Optimiser.of(isAdaptive ? ADAPTIVE : PLAIN, parameters, engine);
            Buffer gradients = parameters.allocateAlike();
            int size = parameters.length();
            double[] w = new double[size];
            double[] z = new double[size];
            double[] v = new double[size];
            double kappa = isAdaptive ? 3 : 2;

            for (int step = 1; step <= 20; step++) {
                float[] gradient = new float[size];
                for (int i = 0; i < size; i++) {
                    gradient[i] = (float) random.nextDouble(-0.05, 0.05);
                }
                gradients.set(gradient);
                double error = random.nextDouble(-3, 3);
                double rate = random.nextDouble(0.1, 1);
                optimiser.follow(error, 0.8);
                optimiser.step(parameters.values(), gradients, rate);

                double[] d = new double[size];
                double length = 0;
                for (int i = 0; i < size; i++) {
                    z[i] = 0.8 * z[i] + gradient[i];
                    v[i] = 0.9 * v[i] + 0.1 * error * error * z[i] * z[i];
                    d[i] = isAdaptive ? z[i] / Math.sqrt(v[i] / (1 - Math.pow(0.9, step)) + 1e-4) : z[i];
                    length += Math.abs(d[i]);
                }
                double bound = rate * kappa * Math.max(Math.abs(error), 1) * length;
                for (int i = 0; i < size; i++) {
                    w[i] -= rate / Math.max(bound, 1) * error * d[i];
                }
                if (step % 7 == 0) {
                    optimiser.clearTrace();
                    java.util.Arrays.fill(z, 0);
                }
            }

            float[] actual = parameters.values().toArray();
            for (int i = 0; i < size; i++) {
                assertThat((double) actual[i]).as("weight %d", i).isCloseTo(w[i], within(1e-5));
            }
            assertThat(optimiser.steps()).isEqualTo(20);
        }
    }

    /**
     * What it is for: of a linear function of inputs within [-1, 1] no step moves any value by more than min(|error|, 1) / kappa,
     * however long the trace and however large the rate.
     */
    @Property(tries = 300)
    void shouldNotOvershoot(
            @ForAll @DoubleRange(min = -100, max = 100) double error,
            @ForAll @DoubleRange(min = 0.01, max = 50) double rate,
            @ForAll @DoubleRange(min = 1.01, max = 10) double kappa,
            @ForAll @DoubleRange(min = 0, max = 1) double decay,
            @ForAll @IntRange(min = 1, max = 30) int steps,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Engine engine = Engines.create("cpu")) {
            Parameters parameters = parameters(engine);
            Obgd optimiser = (Obgd) Optimiser.of(new OptimiserSpec.Obgd(rate, kappa), parameters, engine);
            Buffer gradients = parameters.allocateAlike();
            int size = parameters.length();
            for (int step = 0; step < steps; step++) {
                gradients.set(negated(inputs(random, size)));
                float[] before = parameters.values().toArray();

                optimiser.follow(error, decay);
                optimiser.step(parameters.values(), gradients, rate);

                float[] after = parameters.values().toArray();
                float[] elsewhere = inputs(random, size);
                double moved = 0;
                double most = 0;
                for (int i = 0; i < size; i++) {
                    moved += ((double) after[i] - before[i]) * elsewhere[i];
                    most += Math.abs((double) after[i] - before[i]);
                }
                double limit = Math.min(Math.abs(error), 1) / kappa;
                assertThat(Math.abs(moved)).isLessThanOrEqualTo(most);
                assertThat(most).isLessThanOrEqualTo(limit + 1e-4 * steps);
            }
        }
    }

    @Example
    void shouldBeTemporalDifferenceLearningWhereTheBoundIsNotReached() {
        try (Engine engine = Engines.create("cpu")) {
            Parameters parameters = parameters(engine);
            Obgd optimiser = (Obgd) Optimiser.of(PLAIN, parameters, engine);
            Buffer gradients = parameters.allocateAlike();
            engine.fill(gradients.view(3, 2), -0.25f);

            optimiser.follow(0.5, 0.9);
            optimiser.step(parameters.values(), gradients, 0.1);

            // M = 0.1 * 2 * 1 * 0.5 = 0.1.
            assertThat(parameters.values().view(3, 2).toArray()).containsExactly(0.0125f, 0.0125f);
        }
    }

    @Example
    void shouldForgetEverythingOnReset() {
        for (OptimiserSpec spec : List.of(PLAIN, ADAPTIVE)) {
            try (Engine engine = Engines.create("cpu")) {
                Parameters parameters = parameters(engine);
                Obgd optimiser = (Obgd) Optimiser.of(spec, parameters, engine);
                Buffer gradients = parameters.allocateAlike();
                engine.fill(gradients, 0.3f);
                optimiser.follow(2, 0.9);
                optimiser.step(parameters.values(), gradients, 1);
                float[] first = parameters.values().toArray();
                optimiser.step(parameters.values(), gradients, 1);

                optimiser.reset();
                engine.fill(parameters.values(), 0f);
                optimiser.step(parameters.values(), gradients, 1);

                assertThat(parameters.values().toArray()).isEqualTo(first);
                assertThat(optimiser.steps()).isEqualTo(1);
            }
        }
    }

    @Example
    void shouldRefuseConstantsThatDoNotBound() {
        assertThatThrownBy(() -> new OptimiserSpec.Obgd(1, 1)).hasMessageContaining("kappa=1.0");
        assertThatThrownBy(() -> new OptimiserSpec.Obgd(-1, 2)).hasMessageContaining("learningRate=-1.0");
        assertThatThrownBy(() -> new OptimiserSpec.AdaptiveObgd(1, Double.NaN, 0.9, 1e-8))
                .hasMessageContaining("kappa=NaN");
        assertThatThrownBy(() -> new OptimiserSpec.AdaptiveObgd(1, 2, 1, 1e-8)).hasMessageContaining("beta2=1.0");
        assertThatThrownBy(() -> new OptimiserSpec.AdaptiveObgd(1, 2, 0.9, 0)).hasMessageContaining("epsilon=0.0");
    }

    private static Parameters parameters(Engine engine) {
        NetworkSpec linear =
                new NetworkSpec(List.of(), List.of(), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.SPARSE);
        return new Network(linear, List.of(6), 3, 1, engine, true).parameters();
    }

    private static float[] inputs(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static float[] negated(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = -values[i];
        }
        return values;
    }
}
