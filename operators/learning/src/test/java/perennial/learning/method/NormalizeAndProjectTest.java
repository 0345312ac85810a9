package perennial.learning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.engine.HiddenShape;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

class NormalizeAndProjectTest {

    @ParameterizedTest
    @EnumSource(value = Normalisation.class, mode = Mode.EXCLUDE, names = "NONE")
    void shouldLeaveOutputsAloneWhereANormalisedWeightIsScaled(Normalisation normalisation) {
        try (NetworkCase scene = new NetworkCase(normalisation, Activation.RELU)) {
            float[] before = scene.logits();
            scene.differentiate();
            for (int i = 0; i < 3; i++) {
                Layer layer = scene.layer(i);
                double gradientNorm = scene.norm(scene.gradientOf(layer.weight()));
                double radial = scene.engine.dot(scene.value(layer.weight()), scene.gradientOf(layer.weight()));

                scene.engine.scale(scene.value(layer.weight()), 4f);
                float[] after = scene.logits();
                scene.differentiate();

                assertThat(after).as(layer.name()).containsExactly(before, within(2e-6f));
                assertThat(scene.norm(scene.gradientOf(layer.weight())))
                        .as("gradient of " + layer.name())
                        .isCloseTo(gradientNorm / 4, within(1e-5 * gradientNorm));
                assertThat(radial)
                        .as("weight times gradient of " + layer.name())
                        .isCloseTo(0, within(1e-5 * gradientNorm));
            }
        }
    }

    @Test
    void shouldHoldEveryNormAndChangeNoOutput() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            double[] radii = norms(scene);
            Method nap = nap(scene, 1, AffineMode.FREE);
            scene.disturb(4, 0.3);
            float[] before = scene.logits();
            double outputNorm = scene.norm(scene.value(scene.layer(3).weight()));
            assertThat(norms(scene)[0]).isNotCloseTo(radii[0], within(1e-2));

            nap.afterStep();

            assertThat(norms(scene)).containsExactly(radii, within(1e-6));
            assertThat(scene.logits()).containsExactly(before, within(5e-6f));
            assertThat(scene.norm(scene.value(scene.layer(3).weight()))).isEqualTo(outputNorm);
        }
    }

    @Test
    void shouldProjectOnlyEverySoManySteps() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            double[] radii = norms(scene);
            Method nap = nap(scene, 3, AffineMode.FREE);
            scene.disturb(4, 0.3);
            double[] disturbed = norms(scene);

            nap.afterStep();
            nap.afterStep();
            assertThat(norms(scene)).isEqualTo(disturbed);

            nap.afterStep();
            assertThat(norms(scene)).containsExactly(radii, within(1e-6));
        }
    }

    @Test
    void shouldContinueTheCountFromASavedState() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            double[] radii = norms(scene);
            Method nap = nap(scene, 3, AffineMode.FREE);
            nap.afterStep();
            nap.afterStep();
            LearnerState state = new LearnerState();
            nap.save(state);
            scene.disturb(4, 0.3);

            Method.restored(spec(3, AffineMode.FREE, false), scene.network, sgd(scene), new RandomStreams(1), state)
                    .afterStep();

            assertThat(norms(scene)).containsExactly(radii, within(1e-6));
        }
    }

    @Test
    void shouldPullScalesToOneAndOffsetsToZeroEveryStep() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.TANH)) {
            Method nap = nap(scene, 100, AffineMode.DECAY);
            Buffer scale = scene.value(scene.layer(2).scale());
            Buffer offset = scene.value(scene.layer(2).offset());
            scene.engine.fill(scale, 3f);
            scene.engine.fill(offset, -2f);

            nap.afterStep();

            assertThat(scale.toArray()).containsOnly(0.9f * 3f + 0.1f);
            assertThat(offset.toArray()).containsOnly(-1.8f);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"RELU", "LEAKY_RELU", "CRELU"})
    void shouldRescaleScaleAndOffsetTogetherWithoutChangingOutputs(Activation activation) {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, activation)) {
            Method nap = nap(scene, 1, AffineMode.JOINT);
            scene.disturb(4, 0.3);
            for (int i = 0; i < 3; i++) {
                scene.engine.scale(scene.value(scene.layer(i).scale()), 1.7f);
                scene.engine.scale(scene.value(scene.layer(i).offset()), 1.7f);
            }
            float[] before = scene.logits();
            double last = joint(scene, 2);

            nap.afterStep();

            assertThat(scene.logits()).containsExactly(before, within(1e-5f));
            assertThat(joint(scene, 0)).isCloseTo(Math.sqrt(5), within(1e-6));
            assertThat(joint(scene, 1)).isCloseTo(Math.sqrt(12), within(1e-6));
            assertThat(joint(scene, 2)).as("the last hidden normaliser").isEqualTo(last);
        }
    }

    @Test
    void shouldChangeOutputsIfTheLastNormaliserWereRescaledToo() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            float[] before = scene.logits();

            scene.engine.scale(scene.value(scene.layer(2).scale()), 0.5f);

            assertThat(largestDifference(scene.logits(), before)).isGreaterThan(0.01f);
        }
    }

    @Test
    void shouldRescaleTheScaleAloneOfRmsNormalisation() {
        try (NetworkCase scene = new NetworkCase(Normalisation.RMS_NORM, Activation.RELU)) {
            Method nap = nap(scene, 1, AffineMode.JOINT);
            scene.engine.fill(scene.value(scene.layer(1).scale()), 3f);

            nap.afterStep();

            assertThat(scene.value(scene.layer(1).scale()).toArray()).containsExactly(ones(12), within(1e-6f));
        }
    }

    @Test
    void shouldRescaleMomentsWithTheirWeight() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            Optimiser adam = Optimiser.of(
                    new OptimiserSpec.Adam(0.1, 0.9, 0.999, 1e-8), scene.network.parameters(), scene.engine);
            Method nap = Method.of(spec(1, AffineMode.FREE, true), scene.network, adam, new RandomStreams(1));
            adam.slots().forEach(slot -> scene.engine.fill(slot.values(), 1f));
            scene.engine.scale(scene.value(scene.layer(1).weight()), 2f);

            nap.afterStep();

            Layer layer = scene.layer(1);
            assertThat(layer.weight().read(adam.slots().get(0).values())).containsOnly(2f);
            assertThat(layer.weight().read(adam.slots().get(1).values())).containsOnly(4f);
            assertThat(scene.layer(3).weight().read(adam.slots().get(1).values()))
                    .containsOnly(1f);
        }
    }

    @Test
    void shouldSayWhyANetworkWithoutNormalisersCannotBeProjected() {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.RELU)) {
            assertThatThrownBy(() -> nap(scene, 1, AffineMode.FREE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nap needs a normaliser before every nonlinearity: normalisation=NONE");
        }
    }

    @Test
    void shouldRefuseJointRescalingWithTanh() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.TANH)) {
            assertThatThrownBy(() -> nap(scene, 1, AffineMode.JOINT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("activation=TANH affine=JOINT");
        }
    }

    @Test
    void shouldRefuseANetworkWithNothingToProject() {
        try (Engine engine = new CpuEngine()) {
            NetworkSpec linear = new NetworkSpec(
                    List.of(), List.of(), Activation.RELU, 0, Normalisation.LAYER_NORM, 0, Initialiser.PYTORCH);
            Network network = new Network(linear, List.of(3), 2, 1, engine, true);
            Optimiser optimiser = Optimiser.of(new OptimiserSpec.Sgd(0.1), network.parameters(), engine);

            assertThatThrownBy(
                            () -> Method.of(spec(1, AffineMode.FREE, false), network, optimiser, new RandomStreams(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nap needs a hidden layer to project");
        }
    }

    /*
     * NaP, proposition 1: a unit whose pre-activation is negative on every input still gets gradient if the normaliser stands before
     * the nonlinearity, through the statistics it shares with its neighbours; after the nonlinearity it gets none.
     */
    @ParameterizedTest
    @EnumSource(value = Normalisation.class, mode = Mode.EXCLUDE, names = "NONE")
    void shouldLetADeadUnitRecoverOnlyWhereTheNormaliserStandsBeforeTheNonlinearity(Normalisation normalisation) {
        try (Engine engine = new CpuEngine()) {
            int units = 4;
            Buffer linear = engine.allocate(units);
            linear.set(new float[] {-2f, 1f, 0.5f, -0.7f});
            Buffer outputGradient = engine.allocate(units);
            outputGradient.set(new float[] {0.3f, -1f, 0.8f, 0.4f});

            float before = throughNormaliserFirst(engine, normalisation, linear, outputGradient)[0];
            float after = throughNonlinearityFirst(engine, normalisation, linear, outputGradient)[0];

            assertThat(Math.abs(before)).isGreaterThan(1e-3f);
            assertThat(after).isEqualTo(0f);
        }
    }

    private static float[] throughNormaliserFirst(
            Engine engine, Normalisation normalisation, Buffer linear, Buffer outputGradient) {
        HiddenShape shape = new HiddenShape(1, linear.length(), normalisation, 1e-6f, Activation.RELU, 0f);
        return gradientThrough(engine, shape, linear, outputGradient, null).toArray();
    }

    private static float[] throughNonlinearityFirst(
            Engine engine, Normalisation normalisation, Buffer linear, Buffer outputGradient) {
        // A leaky ReLU of slope 1 is no nonlinearity at all.
        HiddenShape relu = new HiddenShape(1, linear.length(), Normalisation.NONE, 0f, Activation.RELU, 0f);
        HiddenShape normaliser = new HiddenShape(1, linear.length(), normalisation, 1e-6f, Activation.LEAKY_RELU, 1f);
        Buffer rectified = engine.allocate(linear.length());
        engine.activate(relu, 1, linear, null, null, null, null, rectified);
        Buffer rectifiedGradient = gradientThrough(engine, normaliser, rectified, outputGradient, null);
        return gradientThrough(engine, relu, linear, rectifiedGradient, null).toArray();
    }

    private static Buffer gradientThrough(
            Engine engine, HiddenShape shape, Buffer linear, Buffer outputGradient, Buffer scale) {
        Buffer normalised = engine.allocate(linear.length());
        Buffer inverseDeviations = engine.allocate(1);
        Buffer output = engine.allocate(linear.length());
        Buffer linearGradient = engine.allocate(linear.length());
        engine.activate(shape, 1, linear, scale, null, normalised, inverseDeviations, output);
        engine.activateBackward(
                shape, 1, scale, normalised, inverseDeviations, output, outputGradient, null, null, linearGradient);
        return linearGradient;
    }

    /* With steps that are orthogonal to the weight and of equal length the squared norm grows linearly, by Pythagoras. */
    @Test
    void shouldGrowAsPythagorasSaysWithoutProjection() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            double length = 0.05;
            int steps = 200;
            double[] start = norms(scene);

            for (int step = 0; step < steps; step++) {
                scene.drawBatch(step);
                scene.differentiate();
                for (int i = 0; i < 3; i++) {
                    Buffer gradient = scene.gradientOf(scene.layer(i).weight());
                    scene.engine.addScaled(
                            gradient,
                            (float) (-length / scene.norm(gradient)),
                            scene.value(scene.layer(i).weight()));
                }
            }

            for (int i = 0; i < 3; i++) {
                double expected = Math.sqrt(start[i] * start[i] + length * length * steps);
                assertThat(norms(scene)[i]).isCloseTo(expected, within(1e-4 * expected));
            }
        }
    }

    @Test
    void shouldInitialiseEqualNetworksForTwins() {
        // The twin tests rely on it: two scenes begin alike.
        try (NetworkCase one = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU);
                NetworkCase other = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            one.network.initialise(new RandomStreams(9));

            assertThat(one.network.parameters().values().toArray())
                    .isEqualTo(other.network.parameters().values().toArray());
        }
    }

    private static MethodSpec spec(int projectEvery, AffineMode mode, boolean rescaleMoments) {
        return new MethodSpec.NormalizeAndProject(projectEvery, new Affine(mode, 0.9), rescaleMoments);
    }

    private static Method nap(NetworkCase scene, int projectEvery, AffineMode mode) {
        return Method.of(spec(projectEvery, mode, false), scene.network, sgd(scene), new RandomStreams(1));
    }

    private static Optimiser sgd(NetworkCase scene) {
        return Optimiser.of(new OptimiserSpec.Sgd(0.1), scene.network.parameters(), scene.engine);
    }

    private static double[] norms(NetworkCase scene) {
        double[] norms = new double[3];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = scene.norm(scene.value(scene.layer(i).weight()));
        }
        return norms;
    }

    private static double joint(NetworkCase scene, int layer) {
        return Math.hypot(
                scene.norm(scene.value(scene.layer(layer).scale())),
                scene.norm(scene.value(scene.layer(layer).offset())));
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1f);
        return ones;
    }

    private static float largestDifference(float[] one, float[] other) {
        float largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }
}
