package perennial.learning.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

/**
 * The engine on ND4J arrays: the way to a GPU, and the second opinion on {@link CpuEngine}. It runs on whichever of ND4J's backends
 * stands on the class path, and makes temporary arrays, which the garbage collector frees.
 */
public final class Nd4jEngine implements Engine {

    private final String kernel;
    private final List<INDArray> memory = new ArrayList<>();
    private boolean closed;

    /** @throws IllegalStateException if ND4J finds no backend, or its backend no device */
    public Nd4jEngine() {
        BlasKernel.choose();
        try {
            Properties information = Nd4j.getExecutioner().getEnvironmentInformation();
            String backend = information.getProperty("backend", "unknown");
            if (Nd4j.getEnvironment().isCPU()) {
                Nd4j.getEnvironment().setMaxThreads(1);
                Nd4j.getEnvironment().setMaxMasterThreads(1);
                kernel = "nd4j/" + backend + "/" + BlasKernel.load();
            } else {
                kernel = "nd4j/" + backend + "/" + information.getProperty("blas.vendor", "unknown");
            }
            float answer = Nd4j.createFromArray(1f).addi(1f).getFloat(0);
            if (answer != 2f) {
                throw new IllegalStateException("the device must add 1 and 1 to 2: answer=" + answer);
            }
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(
                    "the nd4j engine needs one ND4J backend that this machine can run: error=" + rootOf(e)
                            + "; choose engine cpu, or put nd4j-native, or nd4j-cuda with a GPU that it supports, on the"
                            + " class path",
                    e);
        }
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public String kernel() {
        return kernel;
    }

    @Override
    public Buffer allocate(int length) {
        checkOpen();
        if (length < 0) {
            throw new IllegalArgumentException("a buffer's length must be 0 or more: length=" + length);
        }
        INDArray array = Nd4j.zeros(DataType.FLOAT, Math.max(1, length));
        memory.add(array);
        return new Nd4jBuffer(this, array.data(), 0, length);
    }

    @Override
    public void close() {
        closed = true;
        memory.forEach(INDArray::close);
        memory.clear();
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "an engine or buffer is used after the engine was closed; close the engine last");
        }
    }

    // ---- Vectors ----

    @Override
    public void fill(Buffer x, float value) {
        Nd4jBuffer target = own(x, 0, "x");
        if (target.length() > 0) {
            target.vector().assign(value);
        }
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        Nd4jBuffer from = own(source, 0, "source");
        Nd4jBuffer to = equal(target, from, "target");
        if (from.length() > 0) {
            to.vector().assign(from.vector());
        }
    }

    @Override
    public void scale(Buffer x, float factor) {
        Nd4jBuffer target = own(x, 0, "x");
        if (target.length() > 0) {
            target.vector().muli(factor);
        }
    }

    @Override
    public void addScaled(Buffer x, float factor, Buffer target) {
        Nd4jBuffer from = own(x, 0, "x");
        Nd4jBuffer to = equal(target, from, "target");
        if (from.length() > 0) {
            to.vector().addi(from.vector().mul(factor));
        }
    }

    @Override
    public void decayTowards(Buffer x, float rate, float value) {
        Nd4jBuffer target = own(x, 0, "x");
        if (target.length() > 0) {
            target.vector().muli(rate).addi((1 - rate) * value);
        }
    }

    @Override
    public double sumOfSquares(Buffer x) {
        return dot(x, x);
    }

    @Override
    public double sumOfAbsolutes(Buffer x) {
        Nd4jBuffer source = own(x, 0, "x");
        if (source.length() == 0) {
            return 0;
        }
        return Transforms.abs(source.vector(), true)
                .castTo(DataType.DOUBLE)
                .sumNumber()
                .doubleValue();
    }

    @Override
    public double norm(Buffer x) {
        return Math.sqrt(sumOfSquares(x));
    }

    @Override
    public double dot(Buffer x, Buffer y) {
        Nd4jBuffer left = own(x, 0, "x");
        Nd4jBuffer right = equal(y, left, "y");
        return left.length() == 0
                ? 0
                : left.vector()
                        .castTo(DataType.DOUBLE)
                        .muli(right.vector().castTo(DataType.DOUBLE))
                        .sumNumber()
                        .doubleValue();
    }

    // ---- Matrices ----

    @Override
    public void matrixProduct(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            Buffer a,
            Buffer b,
            float beta,
            Buffer c) {
        Shapes.checkProduct(m, n, k);
        // ND4J multiplies in place only in column-major order, in which these buffers hold the transposes: c' = b' a'.
        INDArray left = transposeA
                ? own(a, (long) m * k, "a").columnMajor(m, k)
                : own(a, (long) m * k, "a").columnMajor(k, m);
        INDArray right = transposeB
                ? own(b, (long) k * n, "b").columnMajor(k, n)
                : own(b, (long) k * n, "b").columnMajor(n, k);
        INDArray target = own(c, (long) m * n, "c").columnMajor(n, m);
        Nd4j.gemm(right, left, target, transposeB, transposeA, alpha, beta);
    }

    @Override
    public void addToRows(int rows, int columns, Buffer row, Buffer matrix) {
        own(matrix, (long) rows * columns, "matrix")
                .matrix(rows, columns)
                .addiRowVector(own(row, columns, "row").row(columns));
    }

    @Override
    public void sumRows(int rows, int columns, Buffer matrix, Buffer sums) {
        INDArray source = own(matrix, (long) rows * columns, "matrix").matrix(rows, columns);
        own(sums, columns, "sums").row(columns).assign(source.sum(true, 0));
    }

    @Override
    public void absoluteRowSums(int rows, int columns, Buffer matrix, Buffer sums) {
        INDArray values = own(matrix, (long) rows * columns, "matrix").matrix(rows, columns);
        own(sums, rows, "sums")
                .matrix(rows, 1)
                .assign(Transforms.abs(values, true).sum(true, 1));
    }

    @Override
    public void normaliseRows(int rows, int columns, Buffer matrix, Buffer gain, Buffer inverseNorms, Buffer target) {
        INDArray v = own(matrix, (long) rows * columns, "matrix").matrix(rows, columns);
        INDArray g = own(gain, rows, "gain").matrix(rows, 1);
        INDArray inverse = own(inverseNorms, rows, "inverseNorms").matrix(rows, 1);
        INDArray w = own(target, (long) rows * columns, "target").matrix(rows, columns);
        inverse.assign(Transforms.sqrt(v.mul(v).sum(true, 1), false).rdivi(1));
        w.assign(v.mulColumnVector(g.mul(inverse)));
    }

    @Override
    public void normaliseRowsBackward(
            int rows,
            int columns,
            Buffer matrix,
            Buffer gain,
            Buffer inverseNorms,
            Buffer gradient,
            Buffer gainGradient) {
        INDArray v = own(matrix, (long) rows * columns, "matrix").matrix(rows, columns);
        INDArray g = own(gain, rows, "gain").matrix(rows, 1);
        INDArray inverse = own(inverseNorms, rows, "inverseNorms").matrix(rows, 1);
        INDArray d = own(gradient, (long) rows * columns, "gradient").matrix(rows, columns);
        INDArray slope = d.mul(v).sum(true, 1).muli(inverse);
        own(gainGradient, rows, "gainGradient").matrix(rows, 1).assign(slope);
        INDArray along = v.mulColumnVector(slope.mul(inverse));
        d.subi(along).muliColumnVector(g.mul(inverse));
    }

    // ---- Convolutions ----

    @Override
    public void toChannelsLast(int batch, int channels, int positions, Buffer channelsFirst, Buffer channelsLast) {
        long size = (long) channels * positions;
        long[] shape = {batch, positions, channels};
        INDArray source =
                own(channelsFirst, batch * size, "channelsFirst").strided(0, shape, new long[] {size, 1, positions});
        own(channelsLast, batch * size, "channelsLast")
                .strided(0, shape, new long[] {size, channels, 1})
                .assign(source);
    }

    @Override
    public void imagesToPatches(ConvolutionGeometry geometry, int batch, Buffer images, Buffer patches) {
        Nd4jBuffer source = own(images, (long) batch * geometry.inputSize(), "images");
        Nd4jBuffer target = own(patches, (long) batch * geometry.patchesSize(), "patches");
        Nd4jBuffer padded = padded(geometry, batch);
        inner(geometry, batch, padded).assign(images(geometry, batch, source));
        for (int row = 0; row < geometry.kernel(); row++) {
            for (int column = 0; column < geometry.kernel(); column++) {
                ofPatches(geometry, batch, target, row, column).assign(ofPadded(geometry, batch, padded, row, column));
            }
        }
    }

    @Override
    public void patchesToImages(ConvolutionGeometry geometry, int batch, Buffer patches, Buffer images) {
        Nd4jBuffer source = own(patches, (long) batch * geometry.patchesSize(), "patches");
        Nd4jBuffer target = own(images, (long) batch * geometry.inputSize(), "images");
        Nd4jBuffer padded = padded(geometry, batch);
        for (int row = 0; row < geometry.kernel(); row++) {
            for (int column = 0; column < geometry.kernel(); column++) {
                ofPadded(geometry, batch, padded, row, column).addi(ofPatches(geometry, batch, source, row, column));
            }
        }
        images(geometry, batch, target).assign(inner(geometry, batch, padded));
    }

    private Nd4jBuffer padded(ConvolutionGeometry g, int batch) {
        int length = Math.multiplyExact(batch, paddedRows(g) * paddedColumns(g) * g.inputChannels());
        return new Nd4jBuffer(this, Nd4j.zeros(DataType.FLOAT, length).data(), 0, length);
    }

    private static int paddedRows(ConvolutionGeometry g) {
        return g.inputRows() + 2 * g.padding();
    }

    private static int paddedColumns(ConvolutionGeometry g) {
        return g.inputColumns() + 2 * g.padding();
    }

    private static INDArray images(ConvolutionGeometry g, int batch, Nd4jBuffer images) {
        long line = (long) g.inputColumns() * g.inputChannels();
        return images.strided(0, new long[] {batch, g.inputRows(), g.inputColumns(), g.inputChannels()}, new long[] {
            g.inputSize(), line, g.inputChannels(), 1
        });
    }

    private static INDArray inner(ConvolutionGeometry g, int batch, Nd4jBuffer padded) {
        int line = paddedColumns(g) * g.inputChannels();
        return padded.strided(
                g.padding() * (line + g.inputChannels()),
                new long[] {batch, g.inputRows(), g.inputColumns(), g.inputChannels()},
                new long[] {(long) paddedRows(g) * line, line, g.inputChannels(), 1});
    }

    /** The pixels of the padded images that stand at one place of the kernel, by position. */
    private static INDArray ofPadded(ConvolutionGeometry g, int batch, Nd4jBuffer padded, int row, int column) {
        int line = paddedColumns(g) * g.inputChannels();
        return padded.strided(
                row * line + column * g.inputChannels(),
                new long[] {batch, g.outputRows(), g.outputColumns(), g.inputChannels()},
                new long[] {
                    (long) paddedRows(g) * line, (long) g.stride() * line, (long) g.stride() * g.inputChannels(), 1
                });
    }

    /** The pixels of the patches that stand at one place of the kernel, by position. */
    private static INDArray ofPatches(ConvolutionGeometry g, int batch, Nd4jBuffer patches, int row, int column) {
        long line = (long) g.outputColumns() * g.patchSize();
        return patches.strided(
                (row * g.kernel() + column) * g.inputChannels(),
                new long[] {batch, g.outputRows(), g.outputColumns(), g.inputChannels()},
                new long[] {g.outputRows() * line, line, g.patchSize(), 1});
    }

    // ---- Hidden layers ----

    @Override
    public void activate(
            HiddenShape shape,
            int batch,
            Buffer linear,
            Buffer scale,
            Buffer offset,
            Buffer normalised,
            Buffer inverseDeviations,
            Buffer output) {
        Shapes.checkScale(shape, scale);
        int size = shape.size();
        int channels = shape.channels();
        int rows = batch * shape.positions();
        Nd4jBuffer h = own(linear, (long) batch * size, "linear");
        Nd4jBuffer n = h;
        if (shape.normalisation() != Normalisation.NONE) {
            n = own(normalised, (long) batch * size, "normalised");
            INDArray values = n.matrix(batch, size).assign(h.matrix(batch, size));
            if (shape.normalisation() == Normalisation.LAYER_NORM) {
                values.subiColumnVector(values.mean(true, 1));
            }
            INDArray inverse =
                    own(inverseDeviations, batch, "inverseDeviations").matrix(batch, 1);
            inverse.assign(values.mul(values).mean(true, 1).addi(shape.epsilon()));
            Transforms.sqrt(inverse, false);
            inverse.rdivi(1f);
            values.muliColumnVector(inverse);
        }
        INDArray z = n.matrix(rows, channels).dup('c');
        if (scale != null) {
            z.muliRowVector(own(scale, channels, "scale").row(channels));
        }
        if (offset != null) {
            z.addiRowVector(own(offset, channels, "offset").row(channels));
        }
        Nd4jBuffer y = own(output, (long) batch * shape.outputSize(), "output");
        if (shape.activation() == Activation.CRELU) {
            half(y, rows, channels, 0).assign(relu(z.dup('c'), 0f));
            half(y, rows, channels, channels).assign(relu(z.negi(), 0f));
            return;
        }
        y.matrix(rows, channels)
                .assign(
                        switch (shape.activation()) {
                            case TANH -> Transforms.tanh(z, false);
                            case LEAKY_RELU -> relu(z, shape.leakySlope());
                            default -> relu(z, 0f);
                        });
    }

    @Override
    public void activateBackward(
            HiddenShape shape,
            int batch,
            Buffer scale,
            Buffer normalised,
            Buffer inverseDeviations,
            Buffer output,
            Buffer outputGradient,
            Buffer scaleGradient,
            Buffer offsetGradient,
            Buffer linearGradient) {
        Shapes.checkScale(shape, scale);
        Shapes.checkScaleGradient(scale, scaleGradient);
        int size = shape.size();
        int channels = shape.channels();
        int rows = batch * shape.positions();
        Nd4jBuffer y = own(output, (long) batch * shape.outputSize(), "output");
        Nd4jBuffer dy = own(outputGradient, (long) batch * shape.outputSize(), "outputGradient");
        Nd4jBuffer dh = own(linearGradient, (long) batch * size, "linearGradient");
        INDArray dz = dh.matrix(rows, channels);
        switch (shape.activation()) {
            case RELU -> dz.assign(dy.matrix(rows, channels)).muli(slopes(y.matrix(rows, channels), 0f));
            case LEAKY_RELU ->
                dz.assign(dy.matrix(rows, channels)).muli(slopes(y.matrix(rows, channels), shape.leakySlope()));
            case TANH -> {
                INDArray values = y.matrix(rows, channels);
                dz.assign(dy.matrix(rows, channels)).muli(values.mul(values).rsubi(1f));
            }
            case CRELU -> {
                dz.assign(half(dy, rows, channels, 0)).muli(slopes(half(y, rows, channels, 0), 0f));
                dz.subi(half(dy, rows, channels, channels).mul(slopes(half(y, rows, channels, channels), 0f)));
            }
        }
        if (offsetGradient != null) {
            own(offsetGradient, channels, "offsetGradient").row(channels).assign(dz.sum(true, 0));
        }
        if (shape.normalisation() == Normalisation.NONE) {
            return;
        }
        Nd4jBuffer n = own(normalised, (long) batch * size, "normalised");
        if (scale != null) {
            own(scaleGradient, channels, "scaleGradient")
                    .row(channels)
                    .assign(dz.mul(n.matrix(rows, channels)).sum(true, 0));
            dz.muliRowVector(own(scale, channels, "scale").row(channels));
        }
        INDArray d = dh.matrix(batch, size);
        INDArray values = n.matrix(batch, size);
        INDArray slope = d.mul(values).mean(true, 1);
        if (shape.normalisation() == Normalisation.LAYER_NORM) {
            d.subiColumnVector(d.mean(true, 1));
        }
        d.subi(values.mulColumnVector(slope));
        d.muliColumnVector(own(inverseDeviations, batch, "inverseDeviations").matrix(batch, 1));
    }

    /** One half of each position of CReLU's outputs. */
    private static INDArray half(Nd4jBuffer outputs, int rows, int channels, int from) {
        return outputs.strided(from, new long[] {rows, channels}, new long[] {2L * channels, 1});
    }

    /** In place; a product and not a choice, so that NaN stays. */
    private static INDArray relu(INDArray z, float slope) {
        return z.muli(slopes(z, slope));
    }

    /** 1 where x is positive, NaN where it is NaN, {@code slope} elsewhere. */
    private static INDArray slopes(INDArray x, float slope) {
        INDArray positive = x.gt(0).castTo(DataType.FLOAT);
        // Comparisons call NaN not positive: 0 / 0 brings it back.
        positive.divi(isNaN(x).rsubi(1f));
        return slope == 0f ? positive : positive.muli(1f - slope).addi(slope);
    }

    private static INDArray isNaN(INDArray x) {
        return x.isNaN().castTo(DataType.FLOAT);
    }

    @Override
    public void unitActivity(
            int batch, int positions, int channels, Buffer output, Buffer activeCounts, Buffer absoluteSums) {
        int rows = batch * positions;
        INDArray y = own(output, (long) rows * channels, "output").matrix(rows, channels);
        INDArray sizes = Transforms.abs(y, true);
        own(absoluteSums, channels, "absoluteSums").row(channels).assign(sizes.sum(true, 0));
        INDArray active = sizes.gt(0).castTo(DataType.FLOAT).addi(isNaN(y));
        own(activeCounts, channels, "activeCounts").row(channels).assign(active.sum(true, 0));
    }

    // ---- Losses ----

    @Override
    public double softmaxCrossEntropy(int batch, int classes, Buffer logits, int[] labels, Buffer gradient) {
        INDArray x = own(logits, (long) batch * classes, "logits")
                .matrix(batch, classes)
                .castTo(DataType.DOUBLE);
        INDArray dx = own(gradient, (long) batch * classes, "gradient").matrix(batch, classes);
        Shapes.checkLabels(batch, classes, labels);
        double[][] oneHot = new double[batch][classes];
        for (int i = 0; i < batch; i++) {
            oneHot[i][labels[i]] = 1;
        }
        INDArray truth = Nd4j.createFromArray(oneHot);
        x.subiColumnVector(x.max(true, 1));
        double chosen = x.mul(truth).sumNumber().doubleValue();
        INDArray softmax = Transforms.exp(x, true);
        INDArray sums = softmax.sum(true, 1);
        double loss = Transforms.log(sums, true).sumNumber().doubleValue() - chosen;
        dx.assign(softmax.diviColumnVector(sums).subi(truth).divi(batch));
        return loss / batch;
    }

    @Override
    public double meanSquaredError(int batch, int outputs, Buffer predictions, Buffer targets, Buffer gradient) {
        long count = (long) batch * outputs;
        INDArray x = own(predictions, count, "predictions").matrix(batch, outputs);
        INDArray t = own(targets, count, "targets").matrix(batch, outputs);
        INDArray difference = x.sub(t);
        INDArray exact = difference.castTo(DataType.DOUBLE);
        own(gradient, count, "gradient").matrix(batch, outputs).assign(difference.muli(2f / count));
        return exact.muli(exact).sumNumber().doubleValue() / count;
    }

    // ---- Optimisers ----

    @Override
    public void momentumStep(
            Buffer weights, Buffer gradient, Buffer velocity, float rate, float momentum, boolean nesterov) {
        Nd4jBuffer own = own(weights, 0, "weights");
        INDArray g = equal(gradient, own, "gradient").vector();
        INDArray v = equal(velocity, own, "velocity").vector();
        v.muli(momentum).addi(g);
        own.vector().subi(nesterov ? v.mul(momentum).addi(g).muli(rate) : v.mul(rate));
    }

    @Override
    public void adamStep(
            Buffer weights,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            long step,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        Shapes.checkStep(step);
        Nd4jBuffer own = own(weights, 0, "weights");
        INDArray g = equal(gradient, own, "gradient").vector();
        INDArray m = equal(firstMoment, own, "firstMoment").vector();
        INDArray v = equal(secondMoment, own, "secondMoment").vector();
        m.muli(beta1).addi(g.mul(1 - beta1));
        v.muli(beta2).addi(g.mul(g).muli(1 - beta2));
        INDArray root = Transforms.sqrt(v.mul(1 / (1 - VectorLoops.power(beta2, step))), false);
        INDArray update = m.mul(rate / (1 - VectorLoops.power(beta1, step))).divi(root.addi(epsilon));
        own.vector().muli(1 - rate * weightDecay).subi(update);
    }

    @Override
    public void adamStepCountedApart(
            Buffer weights,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            Buffer firstCorrection,
            Buffer secondCorrection,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        Nd4jBuffer own = own(weights, 0, "weights");
        INDArray g = equal(gradient, own, "gradient").vector();
        INDArray m = equal(firstMoment, own, "firstMoment").vector();
        INDArray v = equal(secondMoment, own, "secondMoment").vector();
        INDArray c = equal(firstCorrection, own, "firstCorrection").vector();
        INDArray d = equal(secondCorrection, own, "secondCorrection").vector();
        m.muli(beta1).addi(g.mul(1 - beta1));
        v.muli(beta2).addi(g.mul(g).muli(1 - beta2));
        c.muli(beta1).addi(1 - beta1);
        d.muli(beta2).addi(1 - beta2);
        INDArray root = Transforms.sqrt(v.div(d), false);
        INDArray update = m.div(c).muli(rate).divi(root.addi(epsilon));
        own.vector().muli(1 - rate * weightDecay).subi(update);
    }

    @Override
    public void rmsPropStep(
            Buffer weights,
            Buffer gradient,
            Buffer squareMean,
            Buffer gradientMean,
            float rate,
            float decay,
            float epsilon) {
        Nd4jBuffer own = own(weights, 0, "weights");
        INDArray g = equal(gradient, own, "gradient").vector();
        INDArray s = equal(squareMean, own, "squareMean").vector();
        s.muli(decay).addi(g.mul(g).muli(1 - decay));
        INDArray variance = s.dup();
        if (gradientMean != null) {
            INDArray a = equal(gradientMean, own, "gradientMean").vector();
            a.muli(decay).addi(g.mul(1 - decay));
            variance.subi(a.mul(a));
            relu(variance, 0f);
        }
        own.vector().subi(g.mul(rate).divi(Transforms.sqrt(variance, false).addi(epsilon)));
    }

    @Override
    public void adaptTrace(
            Buffer trace, Buffer squareMean, double error, long step, double decay, double epsilon, Buffer direction) {
        Shapes.checkStep(step);
        Nd4jBuffer own = own(trace, 0, "trace");
        INDArray z = own.vector();
        INDArray v = equal(squareMean, own, "squareMean").vector();
        v.muli(decay).addi(z.mul(z).muli((1 - decay) * error * error));
        INDArray root = v.mul(1 / (1 - VectorLoops.power(decay, step))).addi(epsilon);
        equal(direction, own, "direction").vector().assign(z.div(Transforms.sqrt(root, false)));
    }

    // ---- Checks ----

    private Nd4jBuffer equal(Buffer buffer, Nd4jBuffer other, String role) {
        Nd4jBuffer own = own(buffer, 0, role);
        Shapes.checkEqual(own.length(), other.length(), role);
        return own;
    }

    private Nd4jBuffer own(Buffer buffer, long least, String role) {
        checkOpen();
        if (!(buffer instanceof Nd4jBuffer own) || own.owner() != this) {
            throw Shapes.foreign(buffer, role);
        }
        Shapes.checkLength(own.length(), least, role);
        return own;
    }
}
