package perennial.learning.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.method.NetworkCase;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;

class GradientPenaltyTest {

    private static final double STRENGTH = 0.5;

    /** f = w . x + b with the greatest output's row w: the penalty is strength |w|^2 for each sample. */
    @Test
    void shouldBeTheSquaredNormOfALinearFunction() {
        try (Engine engine = new CpuEngine()) {
            NetworkSpec spec = new NetworkSpec(
                    List.of(), List.of(), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH);
            Network network = new Network(spec, List.of(3), 2, 4, engine, true);
            network.parameters().values().set(new float[] {1, 2, -2, 0.5f, 0, 1, 0, 0});
            Buffer input = engine.allocate(12);
            // The first output is greater for three of four samples.
            input.set(new float[] {1, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1});
            network.forward(input, 4);
            engine.fill(network.gradients(), 0);

            new GradientPenalty(new InterventionSpec.GradientPenalty(STRENGTH), network).addGradients(input, 4);

            float[] gradient = network.gradients().toArray();
            double[] expected = {0.75, 1.5, -1.5, 0.125, 0, 0.25, 0, 0};
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) gradient[i]).as("%d", i).isCloseTo(expected[i], within(2e-3));
            }
        }
    }

    /** Along its own gradient the penalty, computed from input gradients, grows by the square of the gradient's norm. */
    @ParameterizedTest
    @EnumSource(Normalisation.class)
    void shouldAddThePenaltysGradient(Normalisation normalisation) {
        try (NetworkCase scene = new NetworkCase(normalisation, Activation.TANH)) {
            assertIsDerivative(scene);
        }
    }

    @Test
    void shouldAddThePenaltysGradientToBothStreams() {
        Outputs dueling = new Outputs.Dueling(NetworkCase.CLASSES, 1);
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.TANH, true, dueling)) {
            assertIsDerivative(scene);
        }
    }

    private static void assertIsDerivative(NetworkCase scene) {
        scene.network.forward(scene.input, NetworkCase.BATCH);
        scene.engine.fill(scene.network.gradients(), 0);
        penalty(scene).addGradients(scene.input, NetworkCase.BATCH);
        Buffer gradient = scene.network.parameters().allocateAlike();
        scene.engine.copy(scene.network.gradients(), gradient);
        double squares = scene.engine.sumOfSquares(gradient);

        double step = 0.005 / Math.sqrt(squares);
        double below = penaltyAt(scene, gradient, -step);
        double above = penaltyAt(scene, gradient, step);

        assertThat((above - below) / (2 * step)).isCloseTo(squares, within(0.03 * squares));
    }

    @Test
    void shouldNotDependOnTheBatchsSize() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.TANH)) {
            int half = NetworkCase.BATCH / 2;
            float[] values = scene.input.toArray();
            System.arraycopy(values, 0, values, values.length / 2, values.length / 2);
            scene.input.set(values);
            float[][] gradients = new float[2][];
            for (int run = 0; run < 2; run++) {
                int rows = run == 0 ? half : NetworkCase.BATCH;
                scene.network.forward(scene.input, rows);
                scene.engine.fill(scene.network.gradients(), 0);
                penalty(scene).addGradients(scene.input, rows);
                gradients[run] = scene.network.gradients().toArray();
            }

            for (int i = 0; i < gradients[0].length; i++) {
                assertThat(gradients[1][i]).isCloseTo(gradients[0][i], within(1e-3f));
            }
        }
    }

    @Test
    void shouldAddToTheGradientsAndLeaveTheBatchsActivations() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            scene.differentiate();
            float[] before = scene.network.gradients().toArray();
            float[] outputs = scene.layer(1).output().toArray();

            new GradientPenalty(new InterventionSpec.GradientPenalty(0), scene.network)
                    .addGradients(scene.input, NetworkCase.BATCH);

            assertThat(scene.network.gradients().toArray()).isEqualTo(before);
            assertThat(scene.layer(1).output().toArray()).isEqualTo(outputs);
        }
    }

    private static GradientPenalty penalty(NetworkCase scene) {
        return new GradientPenalty(new InterventionSpec.GradientPenalty(STRENGTH), scene.network);
    }

    /** The penalty at the present parameters plus {@code step} times {@code direction}; leaves the parameters as they were. */
    private static double penaltyAt(NetworkCase scene, Buffer direction, double step) {
        float[] before = scene.network.parameters().values().toArray();
        // The chosen outputs stay those of the unmoved parameters.
        float[] selected = selection(scene);
        scene.engine.addScaled(
                direction, (float) step, scene.network.parameters().values());
        scene.network.forward(scene.input, NetworkCase.BATCH);
        scene.gradient.set(selected);
        double sum = 0;
        for (float slope : scene.network.backwardToInput(scene.gradient).toArray()) {
            sum += (double) slope * slope;
        }
        scene.network.parameters().values().set(before);
        return STRENGTH * sum / NetworkCase.BATCH;
    }

    private static float[] selection(NetworkCase scene) {
        float[] logits = scene.logits();
        float[] selected = new float[logits.length];
        for (int row = 0; row < NetworkCase.BATCH; row++) {
            int best = 0;
            for (int i = 1; i < NetworkCase.CLASSES; i++) {
                best = logits[row * NetworkCase.CLASSES + i] > logits[row * NetworkCase.CLASSES + best] ? i : best;
            }
            selected[row * NetworkCase.CLASSES + best] = 1;
        }
        return selected;
    }
}
