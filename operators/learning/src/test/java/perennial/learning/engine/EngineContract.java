package perennial.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

/**
 * What every engine must do, held against plain loops in double precision. Values agree within {@link #TOLERANCE} of the larger
 * of 1 and the largest value of the expected array.
 */
abstract class EngineContract {

    static final double TOLERANCE = 1e-4;
    private static final float EPSILON = 1e-5f;
    private static final float SLOPE = 0.1f;

    private Random random = new Random(1);
    Engine engine;

    abstract Engine create();

    @BeforeEach
    void open() {
        engine = create();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    // ---- Buffers ----

    @Test
    void shouldBeginWithZerosAndKeepWhatIsWritten() {
        Buffer buffer = engine.allocate(5);

        buffer.write(1, new float[] {9, 1, 2, 3, 9}, 1, 3);

        assertThat(buffer.toArray()).containsExactly(0, 1, 2, 3, 0);
    }

    @Test
    void shouldShareMemoryBetweenViewsOfViews() {
        Buffer buffer = engine.allocate(10);
        Buffer inner = buffer.view(2, 6).view(1, 3);

        inner.set(new float[] {1, 2, 3});
        engine.scale(buffer, 2);

        assertThat(inner.toArray()).containsExactly(2, 4, 6);
        assertThat(buffer.toArray()).containsExactly(0, 0, 0, 2, 4, 6, 0, 0, 0, 0);
    }

    @Test
    void shouldRefuseViewsAndCopiesBeyondTheEnd() {
        Buffer buffer = engine.allocate(4).view(1, 2);

        assertThatThrownBy(() -> buffer.view(1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.read(1, new float[9], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.write(0, new float[9], 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.write(0, new float[1], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldRefuseBuffersOfAnotherEngine() {
        try (Engine other = create()) {
            Buffer foreign = other.allocate(3);

            assertThatThrownBy(() -> engine.scale(foreign, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("different engines");
        }
    }

    @Test
    void shouldRefuseShortAndUnequalBuffers() {
        Buffer three = engine.allocate(3);
        Buffer four = engine.allocate(4);

        assertThatThrownBy(() -> engine.copy(three, four)).hasMessageContaining("target=4 expected=3");
        assertThatThrownBy(() -> engine.matrixProduct(false, false, 2, 2, 2, 1, four, three, 0, four))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("b=3 needed=4");
        assertThatThrownBy(() -> engine.softmaxCrossEntropy(1, 3, three, new int[] {3}, three))
                .hasMessageContaining("label=3");
    }

    @Test
    void shouldRefuseWorkAfterItIsClosed() {
        Buffer buffer = engine.allocate(40 * 40);
        engine.matrixProduct(false, false, 40, 40, 40, 1, buffer, engine.allocate(1600), 0, engine.allocate(1600));

        engine.close();
        engine.close();

        assertThatThrownBy(() -> engine.allocate(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(buffer::toArray).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.fill(buffer, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.matrixProduct(false, false, 40, 40, 40, 1, buffer, buffer, 0, buffer))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldNameItselfAndItsKernel() {
        assertThat(engine.kernel()).startsWith(engine.name() + "/");
    }

    // ---- Vectors ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 1000, 5003})
    void shouldComputeOnVectorsOfAnyLength(int length) {
        Buffer x = gaussian(length);
        Buffer y = gaussian(length);
        float[] a = x.toArray();
        float[] b = y.toArray();
        double[] expected = new double[length];
        double squares = 0;
        double product = 0;
        for (int i = 0; i < length; i++) {
            expected[i] = 0.9 * (1.5 * b[i] - 0.25 * a[i]) + (1 - 0.9) * 2;
            squares += (double) a[i] * a[i];
            product += (double) a[i] * b[i];
        }

        double actualSquares = engine.sumOfSquares(x);
        double actualNorm = engine.norm(x);
        double actualProduct = engine.dot(x, y);
        double absolutes = 0;
        for (float value : x.toArray()) {
            absolutes += Math.abs(value);
        }
        assertThat(engine.sumOfAbsolutes(x)).isCloseTo(absolutes, within(absolutes));
        engine.scale(y, 1.5f);
        engine.addScaled(x, -0.25f, y);
        engine.decayTowards(y, 0.9f, 2);

        assertThat(actualSquares).isCloseTo(squares, within(squares));
        assertThat(actualNorm).isCloseTo(Math.sqrt(squares), Offset.offset(1e-5 * Math.sqrt(squares)));
        assertThat(actualProduct).isCloseTo(product, within(product));
        assertClose(y, expected);
    }

    @Test
    void shouldFillAndCopyViews() {
        Buffer x = engine.allocate(9);
        Buffer y = engine.allocate(9);

        engine.fill(x.view(3, 2), 7);
        engine.copy(x.view(2, 4), y.view(5, 4));

        assertThat(y.toArray()).containsExactly(0, 0, 0, 0, 0, 0, 7, 7, 0);
    }

    @Test
    void shouldSumSquaresBeyondTheRangeOfFloats() {
        Buffer x = engine.allocate(20);
        engine.fill(x, 1e30f);

        assertThat(engine.sumOfSquares(x)).isCloseTo(2e61, within(2e61));

        x.write(13, new float[] {Float.NaN}, 0, 1);
        assertThat(engine.sumOfSquares(x)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(floats = {1e30f, 1e19f, 3e-20f, 1e-44f, 0f})
    void shouldTakeNormsBeyondTheRangeOfFloatSquares(float value) {
        Buffer x = engine.allocate(10_000);
        engine.fill(x, value);

        assertThat(engine.norm(x)).isCloseTo(100.0 * value, Offset.offset(1e-5 * 100.0 * value));
    }

    @Test
    void shouldFindTheOneValueThatIsNotFiniteByTheNorm() {
        Buffer x = gaussian(9000);
        x.write(8999, new float[] {Float.NaN}, 0, 1);
        assertThat(engine.norm(x)).isNaN();

        x.write(8999, new float[] {Float.NEGATIVE_INFINITY}, 0, 1);
        assertThat(engine.norm(x)).isInfinite();
    }

    // ---- Matrices ----

    static Stream<Arguments> products() {
        Random random = new Random(2);
        return Stream.concat(
                Stream.of(
                        Arguments.of(1, 1, 1),
                        Arguments.of(1, 300, 1),
                        Arguments.of(300, 1, 40),
                        Arguments.of(8, 8, 8),
                        // So large that engine cpu may take them apart.
                        Arguments.of(40, 150, 300),
                        Arguments.of(1, 70, 1100),
                        Arguments.of(17, 35, 2050),
                        Arguments.of(1100, 17, 70)),
                Stream.generate(() ->
                                Arguments.of(1 + random.nextInt(70), 1 + random.nextInt(70), 1 + random.nextInt(70)))
                        .limit(12));
    }

    @ParameterizedTest
    @MethodSource("products")
    void shouldMultiplyMatrices(int m, int n, int k) {
        for (int variant = 0; variant < 8; variant++) {
            boolean transposeA = (variant & 1) != 0;
            boolean transposeB = (variant & 2) != 0;
            float beta = (variant & 4) != 0 ? -0.5f : 0f;
            Buffer a = gaussian(m * k);
            Buffer b = gaussian(k * n);
            Buffer c = gaussian(m * n);
            double[] expected = new double[m * n];
            float[] as = a.toArray();
            float[] bs = b.toArray();
            float[] cs = c.toArray();
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        sum += (double) as[transposeA ? l * m + i : i * k + l] * bs[transposeB ? j * k + l : l * n + j];
                    }
                    expected[i * n + j] = 1.5 * sum + beta * cs[i * n + j];
                }
            }
            if (beta == 0) {
                engine.fill(c, Float.NaN);
            }

            engine.matrixProduct(transposeA, transposeB, m, n, k, 1.5f, a, b, beta, c);

            assertClose(c, expected);
        }
    }

    @Test
    void shouldMultiplyWhatLoopsWroteAndLoopOverWhatAProductWrote() {
        int size = 40;
        Buffer parameters = gaussian(2 * size * size);
        Buffer weight = parameters.view(size * size, size * size);
        Buffer identity = engine.allocate(size * size);
        for (int i = 0; i < size; i++) {
            identity.write(i * size + i, new float[] {1}, 0, 1);
        }
        Buffer product = engine.allocate(size * size + 3).view(3, size * size);
        double[] expected = new double[size * size];
        float[] before = weight.toArray();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = 6 * before[i];
        }

        engine.matrixProduct(false, false, size, size, size, 1, weight, identity, 0, product);
        engine.scale(parameters, 2);
        engine.matrixProduct(false, false, size, size, size, 1, weight, identity, 1, product);
        engine.scale(product, 2);

        assertClose(product, expected);
    }

    @Test
    void shouldLeaveWhatIsBehindAProductAlone() {
        Buffer a = gaussian(32 * 32);
        Buffer c = engine.allocate(32 * 32 + 2);
        engine.fill(c, 5);

        engine.matrixProduct(false, false, 32, 32, 32, 1, a, a, 0, c);

        assertThat(c.view(32 * 32, 2).toArray()).containsExactly(5, 5);
    }

    @Test
    void shouldAddARowAndSumRows() {
        int rows = 37;
        int columns = 19;
        Buffer matrix = gaussian(rows * columns);
        Buffer row = gaussian(columns);
        Buffer sums = gaussian(columns);
        float[] before = matrix.toArray();
        float[] added = row.toArray();
        double[] expected = new double[rows * columns];
        double[] expectedSums = new double[columns];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = before[i] + (double) added[i % columns];
            expectedSums[i % columns] += expected[i];
        }

        engine.addToRows(rows, columns, row, matrix);
        engine.sumRows(rows, columns, matrix, sums);

        assertClose(matrix, expected);
        assertClose(sums, expectedSums);
    }

    @Test
    void shouldSumTheSizesOfRows() {
        Buffer matrix = gaussian(7 * 21 + 3).view(3, 7 * 21);
        Buffer sums = gaussian(9).view(1, 7);
        double[] values = doubles(matrix);
        double[] expected = new double[7];
        for (int i = 0; i < values.length; i++) {
            expected[i / 21] += Math.abs(values[i]);
        }

        engine.absoluteRowSums(7, 21, matrix, sums);

        assertClose(sums, expected);
        assertClose(matrix, values);
    }

    @Test
    void shouldNormaliseRowsAndWayBack() {
        int rows = 5;
        int columns = 13;
        Buffer matrix = gaussian(rows * columns + 3).view(3, rows * columns);
        Buffer gain = gaussian(rows);
        Buffer inverseNorms = engine.allocate(rows);
        Buffer target = engine.allocate(rows * columns + 1).view(1, rows * columns);
        Buffer gradient = gaussian(rows * columns);
        Buffer gainGradient = engine.allocate(rows);
        double[] v = doubles(matrix);
        double[] g = doubles(gain);
        double[] d = doubles(gradient);
        double[] expected = normalisedRows(v, g, columns);
        double[] expectedGradient = new double[v.length];
        double[] expectedGainGradient = new double[rows];
        for (int i = 0; i < v.length; i++) {
            expectedGradient[i] = difference(v, i, () -> dot(normalisedRows(v, g, columns), d));
        }
        for (int i = 0; i < rows; i++) {
            expectedGainGradient[i] = difference(g, i, () -> dot(normalisedRows(v, g, columns), d));
        }

        engine.normaliseRows(rows, columns, matrix, gain, inverseNorms, target);
        engine.normaliseRowsBackward(rows, columns, matrix, gain, inverseNorms, gradient, gainGradient);

        assertClose(target, expected);
        assertClose(gradient, expectedGradient);
        assertClose(gainGradient, expectedGainGradient);
        assertClose(matrix, v);
    }

    private static double[] normalisedRows(double[] v, double[] gain, int columns) {
        double[] w = new double[v.length];
        for (int row = 0; row < gain.length; row++) {
            double squares = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                squares += v[i] * v[i];
            }
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                w[i] = gain[row] * v[i] / Math.sqrt(squares);
            }
        }
        return w;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    // ---- Convolutions ----

    static Stream<ConvolutionGeometry> geometries() {
        return Stream.of(
                new ConvolutionGeometry(4, 10, 10, 16, 3, 1, 0),
                new ConvolutionGeometry(1, 7, 5, 2, 3, 2, 1),
                new ConvolutionGeometry(3, 6, 9, 2, 4, 3, 2),
                new ConvolutionGeometry(2, 3, 4, 2, 5, 1, 3),
                new ConvolutionGeometry(5, 1, 8, 2, 1, 2, 0),
                new ConvolutionGeometry(2, 4, 4, 2, 2, 2, 3));
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void shouldLayOutPatches(ConvolutionGeometry g) {
        int batch = 3;
        Buffer images = gaussian(batch * g.inputSize());
        Buffer patches = engine.allocate(batch * g.positions() * g.patchSize());
        engine.fill(patches, Float.NaN);

        engine.imagesToPatches(g, batch, images, patches);

        double[] expected = new double[patches.length()];
        float[] pixels = images.toArray();
        int at = 0;
        for (int image = 0; image < batch; image++) {
            for (int row = 0; row < g.outputRows(); row++) {
                for (int column = 0; column < g.outputColumns(); column++) {
                    for (int ky = 0; ky < g.kernel(); ky++) {
                        for (int kx = 0; kx < g.kernel(); kx++) {
                            for (int channel = 0; channel < g.inputChannels(); channel++) {
                                int y = row * g.stride() + ky - g.padding();
                                int x = column * g.stride() + kx - g.padding();
                                boolean inside = y >= 0 && y < g.inputRows() && x >= 0 && x < g.inputColumns();
                                expected[at++] = inside
                                        ? pixels[
                                                image * g.inputSize()
                                                        + (y * g.inputColumns() + x) * g.inputChannels()
                                                        + channel]
                                        : 0;
                            }
                        }
                    }
                }
            }
        }
        assertClose(patches, expected);
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void shouldTakePatchesBackByTheTranspose(ConvolutionGeometry g) {
        int batch = 3;
        Buffer images = gaussian(batch * g.inputSize());
        Buffer patches = gaussian(batch * g.positions() * g.patchSize());
        Buffer forth = gaussian(patches.length());
        Buffer back = gaussian(images.length());

        engine.imagesToPatches(g, batch, images, forth);
        engine.patchesToImages(g, batch, patches, back);

        assertThat(engine.dot(back, images)).isCloseTo(engine.dot(patches, forth), within(engine.dot(forth, forth)));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldConvolveByProductsOfPatches(ConvolutionGeometry g) {
        int batch = 3;
        int rows = batch * g.positions();
        Buffer images = gaussian(batch * g.inputSize());
        Buffer weight = gaussian(g.weightSize());
        Buffer scratch = engine.allocate(engine.convolutionScratch(g, batch));
        Buffer output = engine.allocate(batch * g.outputSize());
        Buffer patchesOfImages = engine.allocate(batch * g.patchesSize());
        Buffer expected = engine.allocate(output.length());

        engine.convolve(g, batch, 0.5f, images, weight, scratch, output);

        engine.imagesToPatches(g, batch, images, patchesOfImages);
        engine.matrixProduct(
                false, true, rows, g.outputChannels(), g.patchSize(), 0.5f, patchesOfImages, weight, 0, expected);
        assertClose(output, expected);
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldSumTheWeightGradientOfAConvolutionOverAllPatches(ConvolutionGeometry g) {
        int batch = 3;
        int rows = batch * g.positions();
        Buffer images = gaussian(batch * g.inputSize());
        Buffer weight = gaussian(g.weightSize());
        Buffer scratch = engine.allocate(engine.convolutionScratch(g, batch));
        Buffer output = engine.allocate(batch * g.outputSize());
        Buffer outputGradient = gaussian(batch * g.outputSize());
        Buffer weightGradient = gaussian(g.weightSize());
        Buffer patches = engine.allocate(batch * g.patchesSize());
        Buffer expected = engine.allocate(weightGradient.length());

        engine.convolve(g, batch, 1f, images, weight, scratch, output);
        engine.convolveWeightGradient(g, batch, 0.5f, images, outputGradient, scratch, weightGradient);

        engine.imagesToPatches(g, batch, images, patches);
        engine.matrixProduct(
                true, false, g.outputChannels(), g.patchSize(), rows, 0.5f, outputGradient, patches, 0, expected);
        assertClose(weightGradient, expected);
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldConvolveBackwardByProductsOfPatches(ConvolutionGeometry g) {
        int batch = 3;
        int rows = batch * g.positions();
        Buffer outputGradient = gaussian(batch * g.outputSize());
        Buffer weight = gaussian(g.weightSize());
        Buffer scratch = engine.allocate(engine.convolutionScratch(g, batch));
        Buffer imageGradient = gaussian(batch * g.inputSize());
        Buffer patchGradients = engine.allocate(batch * g.patchesSize());
        Buffer expected = engine.allocate(imageGradient.length());

        engine.convolveBackward(g, batch, 0.5f, outputGradient, weight, scratch, imageGradient);

        engine.matrixProduct(
                false, false, rows, g.patchSize(), g.outputChannels(), 0.5f, outputGradient, weight, 0, patchGradients);
        engine.patchesToImages(g, batch, patchGradients, expected);
        assertClose(imageGradient, expected);
    }

    static Stream<ConvolutionGeometry> convolutions() {
        // The last is so large that engine cpu takes its images one at a time.
        return Stream.concat(geometries(), Stream.of(new ConvolutionGeometry(3, 40, 41, 5, 8, 1, 0)));
    }

    @Test
    void shouldMoveChannelsLast() {
        Buffer first = engine.allocate(12);
        first.set(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        Buffer last = engine.allocate(12);

        engine.toChannelsLast(2, 2, 3, first, last);

        assertThat(last.toArray()).containsExactly(1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12);
    }

    // ---- Hidden layers ----

    static Stream<Arguments> hiddenLayers() {
        Stream.Builder<Arguments> cases = Stream.builder();
        for (Normalisation normalisation : Normalisation.values()) {
            for (Activation activation : Activation.values()) {
                for (int parameters = 0; parameters < 4; parameters++) {
                    boolean scale = (parameters & 1) != 0;
                    if (scale && normalisation == Normalisation.NONE) {
                        continue;
                    }
                    for (int[] size : new int[][] {{1, 37, 5}, {6, 5, 4}, {1, 64, 3}, {9, 16, 2}}) {
                        HiddenShape shape =
                                new HiddenShape(size[0], size[1], normalisation, EPSILON, activation, SLOPE);
                        cases.add(Arguments.of(shape, size[2], scale, (parameters & 2) != 0));
                    }
                }
            }
        }
        return cases.build();
    }

    @ParameterizedTest
    @MethodSource("hiddenLayers")
    void shouldActivate(HiddenShape shape, int batch, boolean hasScale, boolean hasOffset) {
        HiddenLayer layer = new HiddenLayer(shape, batch, hasScale, hasOffset);

        layer.forward();

        assertClose(layer.output, layer.reference());
    }

    /** The gradient of a random weighting of the outputs, against the reference's central differences in double. */
    @ParameterizedTest
    @MethodSource("hiddenLayers")
    void shouldTakeGradientsBackThroughALayer(HiddenShape shape, int batch, boolean hasScale, boolean hasOffset) {
        HiddenLayer layer = new HiddenLayer(shape, batch, hasScale, hasOffset);
        layer.forward();

        layer.backward();

        assertClose(layer.linearGradient, layer.differences(layer.h));
        if (hasScale) {
            assertClose(layer.scaleGradient, layer.differences(layer.s));
        }
        if (hasOffset) {
            assertClose(layer.offsetGradient, layer.differences(layer.o));
        }
    }

    @ParameterizedTest
    @MethodSource("hiddenLayers")
    void shouldPassNotANumberThroughALayer(HiddenShape shape, int batch, boolean hasScale, boolean hasOffset) {
        HiddenLayer layer = new HiddenLayer(shape, batch, hasScale, hasOffset);
        layer.linear.write(0, new float[] {Float.NaN}, 0, 1);

        layer.forward();
        layer.backward();

        assertThat(layer.output.toArray()[0]).isNaN();
        assertThat(layer.linearGradient.toArray()[0]).isNaN();
    }

    @Test
    void shouldPassNoGradientWhereReluIsOffAndAllOfItWhereItIsBarelyOn() {
        HiddenShape shape = new HiddenShape(1, 3, Normalisation.NONE, EPSILON, Activation.RELU, 0f);
        Buffer output = engine.allocate(3);
        output.set(new float[] {0f, 1e-30f, 1e30f});
        Buffer gradient = engine.allocate(3);
        engine.fill(gradient, 3);
        Buffer back = engine.allocate(3);

        engine.activateBackward(shape, 1, null, null, null, output, gradient, null, null, back);

        assertThat(back.toArray()).containsExactly(0, 3, 3);
    }

    @Test
    void shouldCountActiveUnits() {
        Buffer output = engine.allocate(12);
        output.set(new float[] {0, 1, -2, 0, 3, 0, 0, 0, 1e-20f, 0, -1, 0});
        Buffer counts = gaussian(3);
        Buffer sums = gaussian(3);

        engine.unitActivity(2, 2, 3, output, counts, sums);

        assertThat(counts.toArray()).containsExactly(0, 3, 2);
        assertThat(sums.toArray()).containsExactly(0, 5, 2);

        output.write(0, new float[] {Float.NaN}, 0, 1);
        engine.unitActivity(2, 2, 3, output, counts, sums);
        assertThat(counts.toArray()).containsExactly(1, 3, 2);
    }

    // ---- Losses ----

    @Test
    void shouldMeasureCrossEntropyAndItsGradient() {
        int batch = 6;
        int classes = 11;
        Buffer logits = gaussian(batch * classes);
        int[] labels = random.ints(batch, 0, classes).toArray();
        double[] x = doubles(logits);
        Buffer gradient = gaussian(batch * classes);

        double loss = engine.softmaxCrossEntropy(batch, classes, logits, labels, gradient);

        assertThat(loss).isCloseTo(crossEntropy(x, labels, classes), within(loss));
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i] = difference(x, i, () -> crossEntropy(x, labels, classes));
        }
        assertClose(gradient, expected);

        double again = engine.softmaxCrossEntropy(batch, classes, logits, labels, logits);

        assertThat(again).isEqualTo(loss);
        assertThat(logits.toArray()).isEqualTo(gradient.toArray());
    }

    @Test
    void shouldBearLargeLogits() {
        Buffer logits = engine.allocate(4);
        logits.set(new float[] {1e4f, -1e4f, 1e4f, -1e4f});

        double loss = engine.softmaxCrossEntropy(2, 2, logits, new int[] {0, 1}, logits);

        assertThat(loss).isCloseTo(1e4, within(1e4));
        assertThat(logits.toArray()).containsExactly(0, 0, 0.5f, -0.5f);
    }

    @Test
    void shouldReportALossThatIsNotANumber() {
        Buffer x = gaussian(4);
        x.write(1, new float[] {Float.NaN}, 0, 1);

        assertThat(engine.softmaxCrossEntropy(2, 2, x, new int[] {0, 1}, gaussian(4)))
                .isNaN();
        assertThat(engine.meanSquaredError(2, 2, x, gaussian(4), gaussian(4))).isNaN();
    }

    @Test
    void shouldMeasureSquaredErrorAndItsGradient() {
        int batch = 5;
        int outputs = 7;
        Buffer predictions = gaussian(batch * outputs);
        Buffer targets = gaussian(batch * outputs);
        double[] x = doubles(predictions);
        double[] t = doubles(targets);
        Buffer gradient = gaussian(batch * outputs);

        double loss = engine.meanSquaredError(batch, outputs, predictions, targets, gradient);

        assertThat(loss).isCloseTo(squaredError(x, t), within(loss));
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i] = difference(x, i, () -> squaredError(x, t));
        }
        assertClose(gradient, expected);
    }

    // ---- Optimisers ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStepWithMomentum(boolean nesterov) {
        Optimisation run = new Optimisation();

        for (int step = 0; step < 3; step++) {
            engine.momentumStep(run.weights, run.gradient, run.first, 0.1f, 0.9f, nesterov);
            for (int i = 0; i < run.w.length; i++) {
                run.m[i] = 0.9 * run.m[i] + run.g[i];
                run.w[i] -= 0.1 * (nesterov ? run.g[i] + 0.9 * run.m[i] : run.m[i]);
            }
        }

        run.verify();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void shouldStepWithAdam(double decay) {
        Optimisation run = new Optimisation();

        for (int step = 1; step <= 3; step++) {
            engine.adamStep(run.weights, run.gradient, run.first, run.second, step, 0.1, 0.9, 0.999, 1e-8, decay);
            for (int i = 0; i < run.w.length; i++) {
                run.m[i] = 0.9 * run.m[i] + 0.1 * run.g[i];
                run.v[i] = 0.999 * run.v[i] + 0.001 * run.g[i] * run.g[i];
                double mean = run.m[i] / (1 - Math.pow(0.9, step));
                double square = run.v[i] / (1 - Math.pow(0.999, step));
                run.w[i] -= 0.1 * decay * run.w[i] + 0.1 * mean / (Math.sqrt(square) + 1e-8);
            }
        }

        run.verify();
    }

    /** Some weights begin anew after the second step; their corrections then are those of a first step. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void shouldStepWithAdamThatCountsForEachWeight(double decay) {
        Optimisation run = new Optimisation();
        Buffer firstCorrection = engine.allocate(run.w.length);
        Buffer secondCorrection = engine.allocate(run.w.length);
        int begunAnew = 100;

        for (int step = 1; step <= 4; step++) {
            if (step == 3) {
                for (Buffer slot : new Buffer[] {run.first, run.second, firstCorrection, secondCorrection}) {
                    engine.fill(slot.view(0, begunAnew), 0);
                }
                java.util.Arrays.fill(run.m, 0, begunAnew, 0);
                java.util.Arrays.fill(run.v, 0, begunAnew, 0);
            }
            engine.adamStepCountedApart(
                    run.weights,
                    run.gradient,
                    run.first,
                    run.second,
                    firstCorrection,
                    secondCorrection,
                    0.1,
                    0.9,
                    0.999,
                    1e-8,
                    decay);
            for (int i = 0; i < run.w.length; i++) {
                int count = step > 2 && i < begunAnew ? step - 2 : step;
                run.m[i] = 0.9 * run.m[i] + 0.1 * run.g[i];
                run.v[i] = 0.999 * run.v[i] + 0.001 * run.g[i] * run.g[i];
                double mean = run.m[i] / (1 - Math.pow(0.9, count));
                double square = run.v[i] / (1 - Math.pow(0.999, count));
                run.w[i] -= 0.1 * decay * run.w[i] + 0.1 * mean / (Math.sqrt(square) + 1e-8);
            }
        }

        run.verify();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStepWithRmsProp(boolean centred) {
        Optimisation run = new Optimisation();

        for (int step = 0; step < 3; step++) {
            engine.rmsPropStep(run.weights, run.gradient, run.second, centred ? run.first : null, 0.1f, 0.9f, 0.01f);
            for (int i = 0; i < run.w.length; i++) {
                run.v[i] = 0.9 * run.v[i] + 0.1 * run.g[i] * run.g[i];
                run.m[i] = centred ? 0.9 * run.m[i] + 0.1 * run.g[i] : 0;
                run.w[i] -= 0.1 * run.g[i] / (Math.sqrt(run.v[i] - run.m[i] * run.m[i]) + 0.01);
            }
        }

        run.verify();
    }

    @Test
    void shouldBringTheTracesPartsToOneSize() {
        Optimisation run = new Optimisation();
        double[] z = doubles(run.gradient);
        double[] direction = new double[z.length];
        Buffer actual = engine.allocate(z.length);

        for (int step = 1; step <= 3; step++) {
            double error = step - 2.5;
            engine.adaptTrace(run.gradient, run.second, error, step, 0.99, 1e-3, actual);
            for (int i = 0; i < z.length; i++) {
                run.v[i] = 0.99 * run.v[i] + 0.01 * error * error * z[i] * z[i];
                direction[i] = z[i] / Math.sqrt(run.v[i] / (1 - Math.pow(0.99, step)) + 1e-3);
            }
        }

        assertClose(actual, direction);
        assertClose(run.second, run.v);
        assertClose(run.gradient, z);
    }

    @Test
    void shouldStepOverViewsThatBeginAtDifferentPlaces() {
        Buffer memory = gaussian(4000);
        Buffer weights = memory.view(3, 900);
        Buffer gradient = memory.view(1011, 900);
        Buffer first = memory.view(2000, 900);
        Buffer second = memory.view(3017, 900);
        engine.fill(second, 1);
        double[] w = doubles(weights);
        double[] g = doubles(gradient);
        double[] m = doubles(first);
        for (int i = 0; i < w.length; i++) {
            double mean = 0.5 * m[i] + 0.5 * g[i];
            w[i] -= 0.1 * (mean / 0.5) / (Math.sqrt((0.5 + 0.5 * g[i] * g[i]) / 0.5) + 0.001);
        }

        engine.adamStep(weights, gradient, first, second, 1, 0.1, 0.5, 0.5, 0.001, 0);

        assertClose(weights, w);
        assertClose(gradient, g);
    }

    // ---- Repeatability ----

    @Test
    void shouldGiveTheSameBitsAgain() {
        float[][] runs = new float[2][];
        double[] sums = new double[2];
        for (int run = 0; run < 2; run++) {
            random = new Random(5);
            try (Engine fresh = create()) {
                Engine before = engine;
                engine = fresh;
                HiddenLayer layer = new HiddenLayer(
                        new HiddenShape(1, 200, Normalisation.LAYER_NORM, EPSILON, Activation.TANH, 0f),
                        50,
                        true,
                        true);
                Buffer weight = gaussian(200 * 300);
                Buffer input = gaussian(50 * 300);
                fresh.matrixProduct(false, true, 50, 200, 300, 1, input, weight, 0, layer.linear);
                layer.forward();
                layer.backward();
                fresh.matrixProduct(true, false, 200, 300, 50, 1, layer.linearGradient, input, 0, weight);
                runs[run] = weight.toArray();
                sums[run] = fresh.sumOfSquares(weight);
                engine = before;
            }
        }

        assertThat(runs[1]).isEqualTo(runs[0]);
        assertThat(sums[1]).isEqualTo(sums[0]);
    }

    // ---- What the tests are made of ----

    /** A hidden layer with random values, at odd offsets, and its reference. */
    private final class HiddenLayer {
        final HiddenShape shape;
        final int batch;
        final Buffer linear;
        final Buffer scale;
        final Buffer offset;
        final Buffer normalised;
        final Buffer inverseDeviations;
        final Buffer output;
        final Buffer outputGradient;
        final Buffer scaleGradient;
        final Buffer offsetGradient;
        final Buffer linearGradient;
        final double[] h;
        final double[] s;
        final double[] o;

        HiddenLayer(HiddenShape shape, int batch, boolean hasScale, boolean hasOffset) {
            this.shape = shape;
            this.batch = batch;
            boolean normalises = shape.normalisation() != Normalisation.NONE;
            linear = gaussian(batch * shape.size());
            scale = hasScale ? gaussian(shape.channels()) : null;
            offset = hasOffset ? gaussian(shape.channels()) : null;
            normalised = normalises ? gaussian(batch * shape.size()) : null;
            inverseDeviations = normalises ? gaussian(batch) : null;
            output = gaussian(batch * shape.outputSize());
            outputGradient = gaussian(batch * shape.outputSize());
            scaleGradient = hasScale ? gaussian(shape.channels()) : null;
            offsetGradient = hasOffset ? gaussian(shape.channels()) : null;
            linearGradient = gaussian(batch * shape.size());
            h = doubles(linear);
            s = hasScale ? doubles(scale) : null;
            o = hasOffset ? doubles(offset) : null;
        }

        void forward() {
            engine.activate(shape, batch, linear, scale, offset, normalised, inverseDeviations, output);
        }

        void backward() {
            engine.activateBackward(
                    shape,
                    batch,
                    scale,
                    normalised,
                    inverseDeviations,
                    output,
                    outputGradient,
                    scaleGradient,
                    offsetGradient,
                    linearGradient);
        }

        double[] reference() {
            double[] y = new double[batch * shape.outputSize()];
            int size = shape.size();
            for (int sample = 0; sample < batch; sample++) {
                double mean = 0;
                double square = 0;
                for (int i = 0; i < size; i++) {
                    mean += h[sample * size + i] / size;
                }
                mean = shape.normalisation() == Normalisation.LAYER_NORM ? mean : 0;
                for (int i = 0; i < size; i++) {
                    square += Math.pow(h[sample * size + i] - mean, 2) / size;
                }
                double inverse =
                        shape.normalisation() == Normalisation.NONE ? 1 : 1 / Math.sqrt(square + shape.epsilon());
                for (int i = 0; i < size; i++) {
                    int channel = i % shape.channels();
                    double z = (h[sample * size + i] - mean) * inverse;
                    z = z * (s == null ? 1 : s[channel]) + (o == null ? 0 : o[channel]);
                    int at = sample * shape.outputSize() + i / shape.channels() * shape.outputChannels() + channel;
                    switch (shape.activation()) {
                        case RELU -> y[at] = Math.max(z, 0);
                        case LEAKY_RELU -> y[at] = z > 0 ? z : SLOPE * z;
                        case TANH -> y[at] = Math.tanh(z);
                        case CRELU -> {
                            y[at] = Math.max(z, 0);
                            y[at + shape.channels()] = Math.max(-z, 0);
                        }
                    }
                }
            }
            return y;
        }

        double[] differences(double[] parameters) {
            double[] weighting = doubles(outputGradient);
            double[] differences = new double[parameters.length];
            for (int i = 0; i < parameters.length; i++) {
                differences[i] = difference(parameters, i, () -> {
                    double sum = 0;
                    double[] y = reference();
                    for (int j = 0; j < y.length; j++) {
                        sum += weighting[j] * y[j];
                    }
                    return sum;
                });
            }
            return differences;
        }
    }

    /** Weights, gradient and two moments, and the same in double. */
    private final class Optimisation {
        final Buffer weights = gaussian(1037);
        final Buffer gradient = gaussian(1037);
        final Buffer first = engine.allocate(1037);
        final Buffer second = engine.allocate(1037);
        final double[] w = doubles(weights);
        final double[] g = doubles(gradient);
        final double[] m = new double[1037];
        final double[] v = new double[1037];

        void verify() {
            assertClose(weights, w);
            assertClose(first, m);
            assertClose(second, v);
        }
    }

    private interface Function {
        double value();
    }

    private static double difference(double[] x, int i, Function function) {
        double step = 1e-6;
        double before = x[i];
        x[i] = before + step;
        double above = function.value();
        x[i] = before - step;
        double below = function.value();
        x[i] = before;
        return (above - below) / (2 * step);
    }

    private static double crossEntropy(double[] x, int[] labels, int classes) {
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            double sum = 0;
            for (int j = 0; j < classes; j++) {
                sum += Math.exp(x[i * classes + j]);
            }
            loss += (Math.log(sum) - x[i * classes + labels[i]]) / labels.length;
        }
        return loss;
    }

    private static double squaredError(double[] x, double[] t) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - t[i]) * (x[i] - t[i]) / x.length;
        }
        return sum;
    }

    /** Random values in a view that begins at a random place. */
    Buffer gaussian(int length) {
        int before = random.nextInt(5);
        Buffer buffer = engine.allocate(before + length + random.nextInt(5)).view(before, length);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        buffer.set(values);
        return buffer;
    }

    static double[] doubles(Buffer buffer) {
        float[] floats = buffer.toArray();
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    private static Offset<Double> within(double magnitude) {
        return Offset.offset(TOLERANCE * Math.max(1, Math.abs(magnitude)));
    }

    private static void assertClose(Buffer actual, Buffer expected) {
        float[] values = expected.toArray();
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        assertClose(actual, wide);
    }

    static void assertClose(Buffer actual, double[] expected) {
        double magnitude = 1;
        for (double value : expected) {
            magnitude = Math.max(magnitude, Math.abs(value));
        }
        float[] values = actual.toArray();
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], Offset.offset(TOLERANCE * magnitude));
        }
    }
}
