package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;
import perennial.learning.network.Parameter;
import perennial.learning.network.WeightForm;
import perennial.learning.random.RandomStreams;

/** Weight normalisation: rows g v / |v|, of which v and g are trained. */
class WeightNormalisationTest {

    private static final int BATCH = 8;
    private static final NetworkSpec CNN = new NetworkSpec(
            List.of(new ConvolutionSpec(3, 3, 1, 1)),
            List.of(6),
            Activation.TANH,
            0,
            Normalisation.NONE,
            0,
            Initialiser.PYTORCH);

    private final Engine engine = new CpuEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldBeginWithTheFunctionOfThePlainNetwork() {
        Network plain = network(WeightForm.WITH_AFFINE);
        Network normalised = network(WeightForm.NORMALISED_ROWS);
        Buffer inputs = inputs();

        float[] expected = plain.forward(inputs, BATCH).toArray();
        float[] actual = normalised.forward(inputs, BATCH).toArray();

        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
        assertThat(normalised.parameters().all())
                .extracting(Parameter::name)
                .contains("conv.0.gain", "hidden.0.gain", "output.gain");
    }

    @Test
    void shouldNotSeeTheLengthOfARowAndScaleWithItsGain() {
        Network network = network(WeightForm.NORMALISED_ROWS);
        Buffer inputs = inputs();
        float[] before = network.forward(inputs, BATCH).toArray();

        engine.scale(parameter(network, "hidden.0.weight"), 3);
        engine.scale(parameter(network, "output.gain"), 2);
        engine.scale(parameter(network, "output.bias"), 2);

        float[] after = network.forward(inputs, BATCH).toArray();
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(2 * before[i], within(1e-5f));
        }
    }

    @Test
    void shouldGiveTheGradientsOfFiniteDifferences() {
        Network network = network(WeightForm.NORMALISED_ROWS);
        Buffer inputs = inputs();
        int[] labels = new int[BATCH];
        Buffer gradient = engine.allocate(BATCH * 2);
        engine.softmaxCrossEntropy(BATCH, 2, network.forward(inputs, BATCH), labels, gradient);
        network.backward(gradient);
        float[] gradients = network.gradients().toArray();
        float[] values = network.parameters().values().toArray();

        for (int i = 0; i < values.length; i++) {
            float[] moved = values.clone();
            moved[i] += 0.01f;
            network.parameters().values().set(moved);
            double above = engine.softmaxCrossEntropy(BATCH, 2, network.forward(inputs, BATCH), labels, gradient);
            moved[i] = values[i] - 0.01f;
            network.parameters().values().set(moved);
            double below = engine.softmaxCrossEntropy(BATCH, 2, network.forward(inputs, BATCH), labels, gradient);
            assertThat((above - below) / 0.02).as("%d", i).isCloseTo(gradients[i], within(2e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTrainAndFoldGainsIntoThePolicy(boolean reinforcement) {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = reinforcement
                            ? Transitions.task(t -> t.observation = List.of(2, 5, 5))
                            : new TaskSpec.Classification(List.of(2, 5, 5), 3, 1.0);
                    s.convolutions = List.of(new ConvolutionSpec(3, 3, 1, 1));
                    s.normalisation = Normalisation.NONE;
                    s.method = new MethodSpec.WeightNormalisation();
                })
                .build();
        List<Event> events = reinforcement
                ? Transitions.random((TaskSpec.Reinforcement) spec.task(), 100, 4)
                : Events.random(spec.task(), 100, 0, 4);
        try (Learner learner = Learners.create(spec, "cpu")) {
            RecordingOutput output = new RecordingOutput();
            float[] gains = learner.weights().get("hidden.0.gain").data();
            events.forEach(event -> learner.observe(event, output));

            NamedTensors policy = learner.policyWeights();

            assertThat(output.reports).hasSizeGreaterThan(20).allMatch(r -> r.status == Report.Status.TRAINED);
            NamedTensors trained = learner.weights();
            assertThat(trained.get("hidden.0.gain").data()).isNotEqualTo(gains);
            assertThat(policy.asMap()).doesNotContainKey("hidden.0.gain");
            for (String layer : List.of("conv.0", "hidden.0", "output")) {
                float[] folded = policy.get(layer + ".weight").data();
                float[] v = trained.get(layer + ".weight").data();
                float[] g = trained.get(layer + ".gain").data();
                int columns = v.length / g.length;
                for (int i = 0; i < v.length; i++) {
                    double squares = 0;
                    for (int k = i / columns * columns; k < (i / columns + 1) * columns; k++) {
                        squares += (double) v[k] * v[k];
                    }
                    double expected = g[i / columns] * v[i] / Math.sqrt(squares);
                    assertThat((double) folded[i]).isCloseTo(expected, within(1e-5));
                }
            }
        }
    }

    @Test
    void shouldRefuseInterventionsThatDrawWeights() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.method = new MethodSpec.WeightNormalisation();
            s.interventions = List.of(new InterventionSpec.ShrinkAndPerturb(Time.UPDATE, 0.9, 0.1));
        });

        assertThatThrownBy(spec::build)
                .hasMessageContaining("shrinkAndPerturb is not defined under weight normalisation");
    }

    private Network network(WeightForm form) {
        Network network = new Network(CNN, List.of(2, 3, 3), new Outputs.Linear(2), BATCH, engine, form);
        network.initialise(new RandomStreams(4));
        return network;
    }

    private static Buffer parameter(Network network, String name) {
        return network.parameters().all().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow()
                .in(network.parameters().values());
    }

    private Buffer inputs() {
        Buffer inputs = engine.allocate(BATCH * 18);
        float[] values = new float[inputs.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.7);
        }
        inputs.set(values);
        return inputs;
    }
}
