package perennial.learning.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.engine.Buffer;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.intervention.InterventionSpec.Values;
import perennial.learning.method.NetworkCase;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.network.Parameter.Role;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/** Interventions that act on whole tensors, held against their formulas in double precision. */
class PenaltiesAndNoiseTest {

    private static final long SEED = 3;

    @ParameterizedTest
    @EnumSource(Normalisation.class)
    void shouldPenaliseWeightsAndBiases(Normalisation normalisation) {
        try (NetworkCase scene = new NetworkCase(normalisation, Activation.RELU)) {
            scene.differentiate();
            float[] before = scene.network.gradients().toArray();

            begin(scene, new InterventionSpec.L2(0.25)).addGradients(scene.input, NetworkCase.BATCH);

            float[] after = scene.network.gradients().toArray();
            float[] weights = scene.network.parameters().values().toArray();
            for (Parameter parameter : scene.network.parameters().all()) {
                for (int i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
                    double penalty = isRegularised(parameter) ? 0.5 * weights[i] : 0;
                    assertThat((double) after[i])
                            .as("%s %d", parameter, i)
                            .isCloseTo(before[i] + penalty, within(1e-6));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Normalisation.class)
    void shouldPenaliseTheWayFromTheInitialWeights(Normalisation normalisation) {
        try (NetworkCase scene = new NetworkCase(normalisation, Activation.RELU)) {
            float[] initial = scene.network.parameters().values().toArray();
            Interventions penalty = begin(scene, new InterventionSpec.L2Init(0.25));
            scene.disturb(4, 0.3);
            scene.differentiate();
            float[] before = scene.network.gradients().toArray();

            penalty.addGradients(scene.input, NetworkCase.BATCH);

            float[] after = scene.network.gradients().toArray();
            float[] weights = scene.network.parameters().values().toArray();
            for (Parameter parameter : scene.network.parameters().all()) {
                for (int i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
                    double slope = isRegularised(parameter) ? 0.5 * ((double) weights[i] - initial[i]) : 0;
                    assertThat((double) after[i]).as("%s %d", parameter, i).isCloseTo(before[i] + slope, within(1e-6));
                }
            }
        }
    }

    @Test
    void shouldAddNoiseOfTheDeviationToEveryParameter() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            float[] before = scene.network.parameters().values().toArray();
            Interventions noise = begin(scene, new InterventionSpec.NoisyUpdates(0.5));

            noise.afterStep();

            float[] after = scene.network.parameters().values().toArray();
            var gaussian = ZigguratSampler.NormalizedGaussian.of(new RandomStreams(SEED).generator("noisyUpdates"));
            double squares = 0;
            for (int i = 0; i < before.length; i++) {
                double drawn = gaussian.sample();
                assertThat((double) after[i]).isCloseTo(before[i] + 0.5 * drawn, within(1e-6));
                squares += (after[i] - before[i]) * (after[i] - before[i]);
            }
            assertThat(Math.sqrt(squares / before.length)).isCloseTo(0.5, within(0.02));
        }
    }

    @ParameterizedTest
    @EnumSource(Time.class)
    void shouldShrinkAndPerturbWeightsAndBiases(Time time) {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            scene.disturb(4, 0.3);
            float[] before = scene.network.parameters().values().toArray();
            InterventionSpec spec = new InterventionSpec.ShrinkAndPerturb(time, 0.75, 0.5);
            Interventions shrink = begin(scene, spec);

            act(shrink, time == Time.UPDATE ? Time.LABEL_RESET : Time.UPDATE);
            assertThat(scene.network.parameters().values().toArray()).isEqualTo(before);
            act(shrink, time);

            float[] after = scene.network.parameters().values().toArray();
            UniformRandomProvider generator = new RandomStreams(SEED).generator(spec.name());
            double bound = 0;
            for (Parameter parameter : scene.network.parameters().all()) {
                if (parameter.role() == Role.WEIGHT) {
                    bound = 1
                            / Math.sqrt((double) parameter.length() / parameter.shape()[0]);
                }
                for (int i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
                    double expected = isRegularised(parameter)
                            ? 0.75 * before[i] + 0.5 * bound * (2 * generator.nextDouble() - 1)
                            : before[i];
                    assertThat((double) after[i]).as("%s %d", parameter, i).isCloseTo(expected, within(1e-6));
                }
            }
        }
    }

    @Test
    void shouldBeginChosenLayersAnewAtAReset() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            scene.disturb(4, 5);
            float[] before = scene.network.parameters().values().toArray();
            Optimiser optimiser = adam(scene);
            Interventions reinitialise = new Interventions(
                    List.of(new InterventionSpec.Reinitialise(List.of(-2, -4), Values.FRESH)),
                    scene.network,
                    optimiser,
                    new RandomStreams(SEED));

            reinitialise.afterStep();
            assertThat(scene.network.parameters().values().toArray()).isEqualTo(before);
            reinitialise.beginTask();

            for (Parameter parameter : scene.network.parameters().all()) {
                boolean chosen = parameter.layer() == 2 || parameter.layer() == 0;
                float[] values = scene.value(parameter).toArray();
                float[] old = java.util.Arrays.copyOfRange(
                        before, parameter.offset(), parameter.offset() + parameter.length());
                if (!chosen) {
                    assertThat(values).isEqualTo(old);
                } else if (parameter.role() == Role.WEIGHT) {
                    float bound = (float) (1
                            / Math.sqrt((double) parameter.length() / parameter.shape()[0]));
                    assertThat(values).isNotEqualTo(old);
                    for (float value : values) {
                        assertThat(value).isBetween(-bound, bound);
                    }
                } else {
                    assertThat(values).containsOnly(parameter.role() == Role.SCALE ? 1f : 0f);
                }
                for (Optimiser.Slot slot : optimiser.slots()) {
                    assertThat(parameter.in(slot.values()).toArray()).containsOnly(chosen ? 0f : 1f);
                }
            }
        }
    }

    @Test
    void shouldZeroTheHeadAtAReset() {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.RELU)) {
            begin(scene, new InterventionSpec.Reinitialise(List.of(-1), Values.ZERO))
                    .beginTask();

            assertThat(scene.value(scene.layer(3).weight()).toArray()).containsOnly(0f);
            assertThat(scene.value(scene.layer(3).offset()).toArray()).containsOnly(0f);
            assertThat(scene.logits()).containsOnly(0f);
        }
    }

    private static boolean isRegularised(Parameter parameter) {
        return parameter.role() == Role.WEIGHT || parameter.role() == Role.BIAS;
    }

    private static void act(Interventions interventions, Time time) {
        if (time == Time.UPDATE) {
            interventions.afterStep();
        } else {
            interventions.beginTask();
        }
    }

    private static Interventions begin(NetworkCase scene, InterventionSpec spec) {
        return new Interventions(List.of(spec), scene.network, adam(scene), new RandomStreams(SEED));
    }

    /** An optimiser whose memory is all ones, so that what is forgotten can be seen. */
    private static Optimiser adam(NetworkCase scene) {
        Optimiser optimiser = Optimiser.of(
                new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8), scene.network.parameters(), scene.engine, true);
        for (Optimiser.Slot slot : optimiser.slots()) {
            Buffer memory = slot.values();
            scene.engine.fill(memory, 1f);
        }
        return optimiser;
    }
}
