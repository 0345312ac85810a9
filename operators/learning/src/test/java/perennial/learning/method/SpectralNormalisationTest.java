package perennial.learning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

class SpectralNormalisationTest {

    private static final List<Integer> ALL = List.of(-1, -2, -3, -4);

    // ---- T6: the estimate ----

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "1, 1", "2, 1", "3, 2"})
    void shouldConvergeToTheLargestSingularValueOfTheUnrolledConvolution(int stride, int padding) {
        NetworkSpec spec = new NetworkSpec(
                List.of(new ConvolutionSpec(4, 3, stride, padding)),
                List.of(6),
                Activation.RELU,
                0,
                Normalisation.NONE,
                0,
                Initialiser.PYTORCH);
        try (Engine engine = new CpuEngine()) {
            Network network = new Network(spec, List.of(2, 6, 5), 3, 1, engine, true);
            network.initialise(new RandomStreams(3));
            for (Layer layer : network.layers()) {
                PowerIteration estimate = new PowerIteration(engine, layer);
                estimate.begin(new RandomStreams(5).generator("u"));
                for (int i = 0; i < 3000; i++) {
                    estimate.iterate();
                }
                float[] weight = layer.weight().read(network.parameters().values());
                double[][] matrix = layer.geometry() == null
                        ? dense(weight, layer.weight().shape())
                        : unrolled(weight, layer.weight().shape(), 6, 5, stride, padding);
                double expected = Math.sqrt(largestEigenvalueOfSquare(matrix));
                assertThat(estimate.sigma()).as(layer.name()).isCloseTo(expected, within(1e-4 * expected));
                if (layer.geometry() == null) {
                    assertThat(estimate.sigmaInEvaluation()).isCloseTo(expected, within(1e-4 * expected));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, 1e-15f, 1e-30f})
    void shouldRecoverFromAWeightOfZerosOrNearly(float factor) {
        try (NetworkCase scene = scene()) {
            float[] trained = scene.network.parameters().values().toArray();
            scene.engine.scale(scene.network.parameters().values(), factor);
            SpectralNormalisation method = method(scene, ALL, Divisor.CAP, 1, Scheduler.NONE);
            for (int i = 0; i < 20; i++) {
                method.beforeForward();
            }
            assertThat(method.spectralNorm(1)).isZero();

            scene.network.parameters().values().set(trained);
            method.beforeForward();

            assertThat(method.spectralNorm(1)).isPositive();
        }
    }

    // ---- T7 and the schedulers that change the function ----

    @ParameterizedTest
    @EnumSource(
            value = Scheduler.class,
            names = {"BIAS_SCALING", "DIV_OUT"})
    void shouldDivideTheOutputsByTheProduct(Scheduler scheduler) {
        try (NetworkCase scene = scene()) {
            float[] plain = scene.logits();
            SpectralNormalisation method = method(scene, List.of(-2, -3, -4), Divisor.ALWAYS, 0.5, scheduler);
            method.beforeForward();

            float[] actual = scene.logits();

            double product = 1;
            for (int layer = 0; layer < 3; layer++) {
                product *= method.spectralNorm(layer) / 0.5;
            }
            for (int i = 0; i < plain.length; i++) {
                assertThat((double) actual[i]).isCloseTo(plain[i] / product, within(2e-6 * Math.abs(plain[0]) + 1e-6));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Scheduler.class,
            names = {"DIV_GRAD", "DIV_GRAD_PER_LAYER"})
    void shouldLeaveTheFunctionAsItIsWhereAScheduleActsOnGradients(Scheduler scheduler) {
        try (NetworkCase scene = scene()) {
            float[] plain = scene.logits();
            SpectralNormalisation method = method(scene, ALL, Divisor.ALWAYS, 0.5, scheduler);
            method.beforeForward();

            assertThat(scene.logits()).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Scheduler.class,
            names = {"NONE", "BIAS_SCALING", "DIV_OUT"})
    void shouldDifferentiateWhatGoesForward(Scheduler scheduler) {
        try (NetworkCase scene = smoothScene()) {
            SpectralNormalisation method = method(scene, List.of(-2, -4), Divisor.ALWAYS, 0.7, scheduler);
            method.beforeForward();
            scene.differentiate();

            assertIsDerivative(scene, scene.network.gradients().toArray(), () -> {});
        }
    }

    /** With u and v held, sigma moves with the weight as u'Wv does: what the evaluation computes. */
    @ParameterizedTest
    @EnumSource(Divisor.class)
    void shouldDifferentiateThroughSigmaWhereAsked(Divisor divisor) {
        try (NetworkCase scene = smoothScene()) {
            MethodSpec.SpectralNormalisation spec =
                    new MethodSpec.SpectralNormalisation(List.of(-1, -2, -3), divisor, 0.4, Scheduler.NONE, true);
            SpectralNormalisation method =
                    new SpectralNormalisation(spec, scene.network, sgd(scene), new RandomStreams(1));
            method.beforeForward();
            scene.differentiate();
            method.afterBackward();

            assertIsDerivative(scene, scene.network.gradients().toArray(), method::beforeEvaluation);
        }
    }

    private static void assertIsDerivative(NetworkCase scene, float[] gradient, Runnable beforePass) {
        Buffer values = scene.network.parameters().values();
        float[] at = values.toArray();
        for (int i = 0; i < at.length; i += 7) {
            float step = 1f / 128;
            float[] moved = at.clone();
            moved[i] = at[i] + step;
            values.set(moved);
            beforePass.run();
            double above = loss(scene);
            moved[i] = at[i] - step;
            values.set(moved);
            beforePass.run();
            double below = loss(scene);
            assertThat((double) gradient[i])
                    .as("gradient %d", i)
                    .isCloseTo((above - below) / (2 * step), within(2e-5 + 0.01 * Math.abs(gradient[i])));
        }
        values.set(at);
    }

    private static double loss(NetworkCase scene) {
        return scene.engine.softmaxCrossEntropy(
                NetworkCase.BATCH,
                NetworkCase.CLASSES,
                scene.network.forward(scene.input, NetworkCase.BATCH),
                scene.labels,
                scene.gradient);
    }

    // ---- T8: the divisor ----

    @ParameterizedTest
    @CsvSource({"0.5", "1.0", "2.0", "50.0"})
    void shouldDivideByTheRule(double lambda) {
        for (Divisor divisor : Divisor.values()) {
            try (NetworkCase scene = scene()) {
                SpectralNormalisation method = method(scene, List.of(-2), divisor, lambda, Scheduler.NONE);
                method.beforeForward();
                double sigma = method.spectralNorm(2);
                double expected =
                        switch (divisor) {
                            case ALWAYS -> sigma / lambda;
                            case CAP -> Math.max(1, sigma / lambda);
                            case PAPER -> Math.max(lambda, sigma);
                        };

                assertThat((double) scene.layer(2).weightFactor()).isCloseTo(1 / expected, within(1e-6 / expected));
                assertThat(scene.layer(1).weightFactor()).isEqualTo(1f);
                assertThat(scene.layer(3).weightFactor()).isEqualTo(1f);
            }
        }
    }

    // ---- T9: evaluation and target ----

    @Test
    void shouldLeaveTheVectorsInEvaluation() {
        try (NetworkCase scene = scene()) {
            SpectralNormalisation method = method(scene, ALL, Divisor.CAP, 1, Scheduler.NONE);
            method.beforeForward();
            LearnerState before = state(method);

            scene.disturb(4, 0.1);
            method.beforeEvaluation();

            assertThat(state(method)).isEqualTo(before);
            method.beforeForward();
            assertThat(state(method)).isNotEqualTo(before);
        }
    }

    @Test
    void shouldGiveTheTargetVectorsOfItsOwnThatFollowAtASynchronisation() {
        try (NetworkCase scene = scene()) {
            Network target = new Network(
                    scene.network.spec(),
                    NetworkCase.INPUT,
                    NetworkCase.CLASSES,
                    NetworkCase.BATCH,
                    scene.engine,
                    true);
            scene.engine.copy(
                    scene.network.parameters().values(), target.parameters().values());
            SpectralNormalisation method = method(scene, ALL, Divisor.CAP, 1, Scheduler.NONE);
            TargetMethod targetMethod = method.forTarget(target);
            LearnerState first = state(method);
            assertThat(values(state(targetMethod))).isEqualTo(values(first));

            targetMethod.beforeForward();
            assertThat(state(method)).as("trained vectors").isEqualTo(first);
            assertThat(values(state(targetMethod))).isNotEqualTo(values(first));

            method.beforeForward();
            method.beforeForward();
            targetMethod.follow();
            assertThat(values(state(targetMethod))).isEqualTo(values(state(method)));
        }
    }

    // ---- T10: schedulers and optimisers ----

    @Test
    void shouldMakeTheStepsOfAdamWhereTheProductIsOne() {
        assertThat(train(adam(), Scheduler.MUL_EPS, 1000)).isEqualTo(train(adam(), null, 1));
        assertThat(train(adam(), Scheduler.MUL_EPS, 0.1)).isNotEqualTo(train(adam(), null, 1));
    }

    @Test
    void shouldMultiplyEpsilonByTheProduct() {
        try (NetworkCase scene = scene();
                NetworkCase twin = scene()) {
            Optimiser adam = Optimiser.of(adam(), scene.network.parameters(), scene.engine);
            SpectralNormalisation method = method(scene, List.of(-2, -3), Divisor.ALWAYS, 0.5, Scheduler.MUL_EPS, adam);
            step(scene, method, adam, 0.01);

            double product = method.spectralNorm(1) * method.spectralNorm(2) / 0.25;
            OptimiserSpec larger = new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-3 * product);
            step(twin, new NoMethod(), Optimiser.of(larger, twin.network.parameters(), twin.engine), 0.01);

            assertThat(scene.network.parameters().values().toArray())
                    .isEqualTo(twin.network.parameters().values().toArray());
        }
    }

    @Test
    void shouldStepAsWithADividedRateWhereGradientsAreDivided() {
        try (NetworkCase scene = scene();
                NetworkCase twin = scene()) {
            SpectralNormalisation method = method(scene, List.of(-1, -3), Divisor.ALWAYS, 0.5, Scheduler.DIV_GRAD);
            step(scene, method, sgd(scene), 0.1);

            double product = method.spectralNorm(1) * method.spectralNorm(3) / 0.25;
            step(twin, new NoMethod(), sgd(twin), 0.1 / product);

            assertThat(scene.network.parameters().values().toArray())
                    .containsExactly(twin.network.parameters().values().toArray(), within(1e-7f));
        }
    }

    @Test
    void shouldDivideOnlyTheGradientsOfChosenWeightsEachByItsOwn() {
        try (NetworkCase scene = scene()) {
            SpectralNormalisation method =
                    method(scene, List.of(-2, -3), Divisor.ALWAYS, 0.5, Scheduler.DIV_GRAD_PER_LAYER);
            method.beforeForward();
            scene.differentiate();
            float[][] before = new float[4][];
            for (int i = 0; i < 4; i++) {
                before[i] = scene.gradientOf(scene.layer(i).weight()).toArray();
            }
            float[] bias = scene.gradientOf(scene.layer(2).offset()).toArray();

            method.beforeStep();

            for (int i = 0; i < 4; i++) {
                double divisor = i == 1 || i == 2 ? method.spectralNorm(i) / 0.5 : 1;
                float[] after = scene.gradientOf(scene.layer(i).weight()).toArray();
                for (int j = 0; j < after.length; j++) {
                    assertThat((double) after[j])
                            .isCloseTo(before[i][j] / divisor, within(1e-6 * Math.abs(before[i][j]) + 1e-12));
                }
            }
            assertThat(scene.gradientOf(scene.layer(2).offset()).toArray()).isEqualTo(bias);
        }
    }

    // ---- What it refuses ----

    @Test
    void shouldRefuseALayerThatTheNetworkDoesNotHave() {
        try (NetworkCase scene = scene()) {
            assertThatThrownBy(() -> method(scene, List.of(-5), Divisor.CAP, 1, Scheduler.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer=-5 layers=4");
        }
    }

    @Test
    void shouldRefuseToMultiplyAnEpsilonThatIsNotThere() {
        try (NetworkCase scene = scene()) {
            assertThatThrownBy(() -> method(scene, ALL, Divisor.CAP, 1, Scheduler.MUL_EPS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("optimiser=Sgd");
        }
    }

    @Test
    void shouldRefuseToScaleBiasesThatAreNotThere() {
        try (NetworkCase scene = new NetworkCase(Normalisation.RMS_NORM, Activation.RELU)) {
            assertThatThrownBy(() -> method(scene, ALL, Divisor.CAP, 1, Scheduler.BIAS_SCALING))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("normalisation=RMS_NORM");
        }
    }

    @Test
    void shouldRefuseSpecsThatMakeNoSense() {
        assertThatThrownBy(() -> spec(List.of(), 1, false)).hasMessageContaining("layers=[]");
        assertThatThrownBy(() -> spec(List.of(0), 1, false)).hasMessageContaining("layers=[0]");
        assertThatThrownBy(() -> spec(List.of(-1, -1), 1, false)).hasMessageContaining("each layer once");
        assertThatThrownBy(() -> spec(List.of(-1), 0, false)).hasMessageContaining("lambda=0.0");
        assertThatThrownBy(() -> spec(List.of(-1), 1, true)).hasMessageContaining("scheduler=DIV_OUT");
    }

    private static MethodSpec spec(List<Integer> layers, double lambda, boolean throughSigma) {
        return new MethodSpec.SpectralNormalisation(layers, Divisor.CAP, lambda, Scheduler.DIV_OUT, throughSigma);
    }

    // ---- Scenes ----

    private static NetworkCase scene() {
        return new NetworkCase(Normalisation.NONE, Activation.RELU);
    }

    /** Without the kinks that finite differences would step over. */
    private static NetworkCase smoothScene() {
        return new NetworkCase(Normalisation.NONE, Activation.TANH);
    }

    private static OptimiserSpec adam() {
        return new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-3);
    }

    private static Optimiser sgd(NetworkCase scene) {
        return Optimiser.of(new OptimiserSpec.Sgd(0.1), scene.network.parameters(), scene.engine);
    }

    private static SpectralNormalisation method(
            NetworkCase scene, List<Integer> layers, Divisor divisor, double lambda, Scheduler scheduler) {
        return method(scene, layers, divisor, lambda, scheduler, sgd(scene));
    }

    private static SpectralNormalisation method(
            NetworkCase scene,
            List<Integer> layers,
            Divisor divisor,
            double lambda,
            Scheduler scheduler,
            Optimiser optimiser) {
        return new SpectralNormalisation(
                new MethodSpec.SpectralNormalisation(layers, divisor, lambda, scheduler, false),
                scene.network,
                optimiser,
                new RandomStreams(1));
    }

    /** The parameters after five updates; without a scheduler those of the optimiser alone. */
    private static float[] train(OptimiserSpec optimiserSpec, Scheduler scheduler, double lambda) {
        try (NetworkCase scene = scene()) {
            Optimiser optimiser = Optimiser.of(optimiserSpec, scene.network.parameters(), scene.engine);
            Method method =
                    scheduler == null ? new NoMethod() : method(scene, ALL, Divisor.CAP, lambda, scheduler, optimiser);
            for (int i = 0; i < 5; i++) {
                step(scene, method, optimiser, 0.01);
            }
            return scene.network.parameters().values().toArray();
        }
    }

    private static void step(NetworkCase scene, Method method, Optimiser optimiser, double rate) {
        method.beforeForward();
        scene.differentiate();
        method.afterBackward();
        method.beforeStep();
        optimiser.step(scene.network.parameters().values(), scene.network.gradients(), rate);
        method.afterStep();
    }

    private static LearnerState state(Method method) {
        LearnerState state = new LearnerState();
        method.save(state);
        return state;
    }

    private static LearnerState state(TargetMethod method) {
        LearnerState state = new LearnerState();
        method.save(state);
        return state;
    }

    private static Object[] values(LearnerState state) {
        return state.entries().values().toArray();
    }

    // ---- Singular values, the slow way ----

    private static double[][] dense(float[] weight, int[] shape) {
        double[][] matrix = new double[shape[0]][shape[1]];
        for (int i = 0; i < weight.length; i++) {
            matrix[i / shape[1]][i % shape[1]] = weight[i];
        }
        return matrix;
    }

    /** The convolution as a matrix from all input values to all output values. */
    private static double[][] unrolled(float[] weight, int[] shape, int rows, int columns, int stride, int padding) {
        int kernel = shape[2];
        int outRows = (rows + 2 * padding - kernel) / stride + 1;
        int outColumns = (columns + 2 * padding - kernel) / stride + 1;
        double[][] matrix = new double[shape[0] * outRows * outColumns][shape[1] * rows * columns];
        for (int o = 0; o < shape[0]; o++) {
            for (int y = 0; y < outRows; y++) {
                for (int x = 0; x < outColumns; x++) {
                    double[] row = matrix[(o * outRows + y) * outColumns + x];
                    for (int c = 0; c < shape[1]; c++) {
                        for (int k = 0; k < kernel * kernel; k++) {
                            int inY = y * stride - padding + k / kernel;
                            int inX = x * stride - padding + k % kernel;
                            if (inY >= 0 && inY < rows && inX >= 0 && inX < columns) {
                                row[(c * rows + inY) * columns + inX] =
                                        weight[(o * shape[1] + c) * kernel * kernel + k];
                            }
                        }
                    }
                }
            }
        }
        return matrix;
    }

    /** Largest eigenvalue of A'A by Jacobi's rotations. */
    private static double largestEigenvalueOfSquare(double[][] a) {
        int n = a[0].length;
        double[][] s = new double[n][n];
        for (double[] row : a) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    s[i][j] += row[i] * row[j];
                }
            }
        }
        for (int sweep = 0; sweep < 20; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(s, p, q);
                }
            }
        }
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, s[i][i]);
        }
        return largest;
    }

    private static void rotate(double[][] s, int p, int q) {
        if (Math.abs(s[p][q]) < 1e-14) {
            return;
        }
        double angle = 0.5 * Math.atan2(2 * s[p][q], s[q][q] - s[p][p]);
        double c = Math.cos(angle);
        double d = Math.sin(angle);
        for (int i = 0; i < s.length; i++) {
            double x = s[i][p];
            double y = s[i][q];
            s[i][p] = c * x - d * y;
            s[i][q] = d * x + c * y;
        }
        for (int i = 0; i < s.length; i++) {
            double x = s[p][i];
            double y = s[q][i];
            s[p][i] = c * x - d * y;
            s[q][i] = d * x + c * y;
        }
    }
}
