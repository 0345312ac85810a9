package perennial.learning.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameters;

class OptimiserTest {

    private static final int STEPS = 25;

    private final Engine engine = new CpuEngine();
    private final Parameters parameters = new Network(
                    new NetworkSpec(
                            List.of(), List.of(), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH),
                    List.of(6),
                    3,
                    1,
                    engine,
                    true)
            .parameters();

    @AfterEach
    void close() {
        engine.close();
    }

    static Stream<OptimiserSpec> specs() {
        return Stream.of(
                new OptimiserSpec.Sgd(0.1),
                new OptimiserSpec.Momentum(0.1, 0.9, false),
                new OptimiserSpec.Momentum(0.1, 0.8, true),
                new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8),
                new OptimiserSpec.Adam(0.01, 0.5, 0.9, 0.1),
                new OptimiserSpec.AdamW(0.01, 0.9, 0.99, 1e-8, 0.1),
                new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, false),
                new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, true));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void shouldFollowTheFormulasInDoublePrecision(OptimiserSpec spec) {
        Optimiser optimiser = Optimiser.of(spec, parameters, engine);
        Naive naive = new Naive(spec, parameters.length());
        SplittableRandom random = new SplittableRandom(5);
        Buffer gradients = parameters.allocateAlike();
        float[] start = randomFloats(random);
        parameters.values().set(start);
        for (int i = 0; i < start.length; i++) {
            naive.weights[i] = start[i];
        }

        for (int step = 0; step < STEPS; step++) {
            float[] gradient = randomFloats(random);
            gradients.set(gradient);
            double rate = spec.learningRate() * (1 + step % 3);
            optimiser.step(parameters.values(), gradients, rate);
            naive.step(gradient, rate);
        }

        float[] actual = parameters.values().toArray();
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("weight %d", i)
                    .isCloseTo(naive.weights[i], within(2e-6 * (1 + Math.abs(naive.weights[i]))));
        }
        assertThat(optimiser.steps()).isEqualTo(STEPS);
    }

    @Test
    void shouldMakeAdamsFirstStepAsLongAsTheRate() {
        Optimiser optimiser = Optimiser.of(new OptimiserSpec.Adam(0.5, 0.9, 0.999, 1e-8), parameters, engine);
        Buffer gradients = parameters.allocateAlike();
        engine.fill(gradients, -3f);

        optimiser.step(parameters.values(), gradients, 0.5);

        for (float value : parameters.values().toArray()) {
            assertThat(value).isCloseTo(0.5f, within(1e-6f));
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void shouldForgetEverythingOnReset(OptimiserSpec spec) {
        Optimiser optimiser = Optimiser.of(spec, parameters, engine);
        Buffer gradients = parameters.allocateAlike();
        engine.fill(gradients, 0.3f);
        optimiser.step(parameters.values(), gradients, 0.1);
        float[] first = parameters.values().toArray();
        optimiser.step(parameters.values(), gradients, 0.1);

        optimiser.reset();
        engine.fill(parameters.values(), 0f);
        optimiser.step(parameters.values(), gradients, 0.1);

        assertThat(parameters.values().toArray()).isEqualTo(first);
        assertThat(optimiser.steps()).isEqualTo(1);
    }

    private float[] randomFloats(SplittableRandom random) {
        float[] values = new float[parameters.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    /** The optimisers value by value, from their papers. */
    private static final class Naive {
        final OptimiserSpec spec;
        final double[] weights;
        final double[] first;
        final double[] second;
        int steps;

        Naive(OptimiserSpec spec, int size) {
            this.spec = spec;
            weights = new double[size];
            first = new double[size];
            second = new double[size];
        }

        void step(float[] gradient, double rate) {
            steps++;
            for (int i = 0; i < weights.length; i++) {
                double g = gradient[i];
                if (spec instanceof OptimiserSpec.Sgd) {
                    weights[i] -= rate * g;
                } else if (spec instanceof OptimiserSpec.Momentum momentum) {
                    first[i] = momentum.momentum() * first[i] + g;
                    weights[i] -= rate * (momentum.nesterov() ? g + momentum.momentum() * first[i] : first[i]);
                } else if (spec instanceof OptimiserSpec.Adam adam) {
                    adam(i, g, rate, adam.beta1(), adam.beta2(), adam.epsilon());
                } else if (spec instanceof OptimiserSpec.AdamW adam) {
                    weights[i] -= rate * adam.weightDecay() * weights[i];
                    adam(i, g, rate, adam.beta1(), adam.beta2(), adam.epsilon());
                } else if (spec instanceof OptimiserSpec.RmsProp rms) {
                    second[i] = rms.decay() * second[i] + (1 - rms.decay()) * g * g;
                    first[i] = rms.decay() * first[i] + (1 - rms.decay()) * g;
                    double variance = rms.centred() ? second[i] - first[i] * first[i] : second[i];
                    weights[i] -= rate * g / (Math.sqrt(variance) + rms.epsilon());
                }
            }
        }

        private void adam(int i, double g, double rate, double beta1, double beta2, double epsilon) {
            first[i] = beta1 * first[i] + (1 - beta1) * g;
            second[i] = beta2 * second[i] + (1 - beta2) * g * g;
            double mean = first[i] / (1 - Math.pow(beta1, steps));
            double square = second[i] / (1 - Math.pow(beta2, steps));
            weights[i] -= rate * mean / (Math.sqrt(square) + epsilon);
        }
    }
}
