package perennial.learning.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.intervention.InterventionSpec.Values;
import perennial.learning.method.NetworkCase;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/**
 * Interventions where a network divides: layer 0 is a convolution, layer 1 has the 12 units that both streams read, layers 2 and 3 have
 * the 10 units of the value and of the advantages, layers 4 and 5 are the outputs.
 */
class DuelingInterventionsTest {

    private static final int SHARED = 1;
    private static final int VALUE = 2;
    private static final int ADVANTAGE = 3;
    private static final int VALUE_OUTPUT = 4;
    private static final int ADVANTAGE_OUTPUT = 5;

    @ParameterizedTest
    @EnumSource(RedoVersion.class)
    void shouldSilenceADeadUnitForAllThatReadIt(RedoVersion version) {
        try (NetworkCase scene = scene(Activation.RELU)) {
            kill(scene, SHARED, 7);
            kill(scene, VALUE, 3);
            float[] before = scene.logits();
            int deadOfValue = dead(scene, VALUE);
            int deadOfAdvantage = dead(scene, ADVANTAGE);
            assertThat(deadOfAdvantage).isLessThan(9);

            update(scene, new InterventionSpec.Redo(0, 1, 1, version));

            // One of the two versions draws the weights of the streams' own dead units anew afterwards.
            boolean drawsAfterwards = version == RedoVersion.PYTORCH;
            assertThat(nonZeros(column(scene, VALUE, 12, 7))).isLessThanOrEqualTo(drawsAfterwards ? deadOfValue : 0);
            assertThat(nonZeros(column(scene, ADVANTAGE, 12, 7)))
                    .isLessThanOrEqualTo(drawsAfterwards ? deadOfAdvantage : 0);
            assertThat(column(scene, VALUE_OUTPUT, 10, 3)).containsOnly(0f);
            assertThat(column(scene, ADVANTAGE_OUTPUT, 10, 3)).doesNotContain(0f);
            assertThat(scene.value(scene.layer(VALUE).offset()).toArray()[3]).isZero();
            assertThat(scene.logits()).as("dead units gave nothing").containsExactly(before, within(1e-5f));
        }
    }

    /** A unit hands its mean over to the biases of both streams: on one input alone the outputs stay. */
    @ParameterizedTest
    @EnumSource(Utility.class)
    void shouldReplaceAUnitThatBothStreamsReadWithoutChangingOutputs(Utility utility) {
        try (NetworkCase scene = scene(Activation.TANH)) {
            // One input in all rows, so that each unit's output is its mean.
            float[] inputs = scene.input.toArray();
            for (int i = 72; i < inputs.length; i++) {
                inputs[i] = inputs[i % 72];
            }
            scene.input.set(inputs);
            Parameter shared = scene.layer(SHARED).weight();
            float[] before = shared.read(scene.network.parameters().values());
            float[] outputs = scene.logits();

            // One of 12 shared units goes, one of each stream's 10, and none of the 5 channels, whose outputs differ by
            // place.
            update(scene, new InterventionSpec.ContinualBackprop(0.1, 0, 0.9, utility, true));

            float[] after = shared.read(scene.network.parameters().values());
            int replaced = 0;
            for (int unit = 0; unit < 12; unit++) {
                if (after[unit * 80] != before[unit * 80]) {
                    replaced++;
                    // But for the new unit of each stream itself, which nothing reads yet.
                    assertThat(nonZeros(column(scene, VALUE, 12, unit))).isLessThanOrEqualTo(1);
                    assertThat(nonZeros(column(scene, ADVANTAGE, 12, unit))).isLessThanOrEqualTo(1);
                }
            }
            assertThat(replaced).isEqualTo(1);
            assertThat(scene.logits()).containsExactly(outputs, within(1e-5f));
        }
    }

    @Test
    void shouldBeginTheLayersOfBothStreamsAnewAtAReset() {
        try (NetworkCase scene = scene(Activation.RELU)) {
            float[][] before = weights(scene);

            begin(scene, new InterventionSpec.Reinitialise(List.of(-2), Values.FRESH))
                    .beginTask();

            float[][] after = weights(scene);
            for (int layer = 0; layer < 6; layer++) {
                if (layer == VALUE || layer == ADVANTAGE) {
                    assertThat(after[layer]).isNotEqualTo(before[layer]);
                } else {
                    assertThat(after[layer]).isEqualTo(before[layer]);
                }
            }
        }
    }

    @Test
    void shouldZeroBothOutputLayersAtAReset() {
        try (NetworkCase scene = scene(Activation.RELU)) {
            begin(scene, new InterventionSpec.Reinitialise(List.of(-1), Values.ZERO))
                    .beginTask();

            assertThat(scene.logits()).containsOnly(0f);
        }
    }

    private static NetworkCase scene(Activation activation) {
        return new NetworkCase(Normalisation.NONE, activation, true, new Outputs.Dueling(4, 1));
    }

    private static void update(NetworkCase scene, InterventionSpec spec) {
        Interventions interventions = begin(scene, spec);
        scene.differentiate();
        interventions.observe(NetworkCase.BATCH);
        interventions.afterStep();
    }

    private static Interventions begin(NetworkCase scene, InterventionSpec spec) {
        Optimiser optimiser = Optimiser.of(new OptimiserSpec.Sgd(0.1), scene.network.parameters(), scene.engine, false);
        return new Interventions(List.of(spec), scene.network, optimiser, new RandomStreams(3));
    }

    private static void kill(NetworkCase scene, int layer, int unit) {
        Parameter bias = scene.layer(layer).offset();
        float[] biases = bias.read(scene.network.parameters().values());
        biases[unit] = -100;
        bias.write(biases, scene.network.parameters().values());
    }

    private static float[] column(NetworkCase scene, int layer, int units, int unit) {
        float[] weight =
                scene.layer(layer).weight().read(scene.network.parameters().values());
        float[] column = new float[weight.length / units];
        for (int i = 0; i < column.length; i++) {
            column[i] = weight[i * units + unit];
        }
        return column;
    }

    /** Units of a stream that are 0 on the whole batch. */
    private static int dead(NetworkCase scene, int layer) {
        float[] outputs = scene.layer(layer).output().toArray();
        int dead = 0;
        for (int unit = 0; unit < 10; unit++) {
            boolean isDead = true;
            for (int row = 0; row < NetworkCase.BATCH; row++) {
                isDead &= outputs[row * 10 + unit] == 0;
            }
            dead += isDead ? 1 : 0;
        }
        return dead;
    }

    private static int nonZeros(float[] values) {
        int count = 0;
        for (float value : values) {
            count += value != 0 ? 1 : 0;
        }
        return count;
    }

    private static float[][] weights(NetworkCase scene) {
        return scene.network.layers().stream()
                .map(layer -> layer.weight().read(scene.network.parameters().values()))
                .toArray(float[][]::new);
    }
}
