package perennial.learning.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import perennial.learning.engine.OptimiserLoops.Rule;
import perennial.learning.network.Normalisation;

/**
 * The engine for processors: float arrays, fused loops that the JIT compiler vectorises, and OpenBLAS on one thread for matrix
 * products. Engines of different threads do not disturb each other.
 */
public final class CpuEngine implements Engine {

    /** Products of up to so many multiplications are done in Java: getting to OpenBLAS and back takes longer. */
    private static final int SMALL_PRODUCT = 200;

    /** Below it so many squares may be too small for a float that a sum of floats is not to be trusted. */
    private static final double SMALLEST_TRUSTED_SUM = 1e-20;

    private final String kernel;
    private final TiledProduct product;
    private final GroupedConvolutions convolutions;
    private final List<MirroredFloats> memory = new ArrayList<>();
    private final NativeNorm norm = new NativeNorm();
    private final HiddenLoops hidden = new HiddenLoops();
    private final OptimiserLoops optimiser = new OptimiserLoops();
    private boolean closed;

    /** An engine without buffers yet; loads OpenBLAS where nothing has. */
    public CpuEngine() {
        String blas = BlasKernel.load();
        this.kernel = "cpu/" + blas;
        this.product = new TiledProduct(blas);
        this.convolutions = new GroupedConvolutions(product);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String kernel() {
        return kernel;
    }

    @Override
    public Buffer allocate(int length) {
        if (closed) {
            throw new IllegalStateException("a closed engine has no buffers to give: length=" + length);
        }
        if (length < 0) {
            throw new IllegalArgumentException("a buffer's length must be 0 or more: length=" + length);
        }
        MirroredFloats floats = new MirroredFloats(length);
        memory.add(floats);
        return new CpuBuffer(this, floats, 0, length);
    }

    @Override
    public void close() {
        closed = true;
        memory.forEach(MirroredFloats::close);
        convolutions.close();
        memory.clear();
    }

    // ---- Vectors ----

    @Override
    public void fill(Buffer x, float value) {
        CpuBuffer target = own(x, 0, "x");
        int count = target.length();
        Arrays.fill(target.heapToOverwrite(count), target.offset(), target.offset() + count, value);
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        CpuBuffer from = own(source, 0, "source");
        CpuBuffer to = equal(target, from, "target");
        int count = from.length();
        float[] values = from.heapToRead(count);
        System.arraycopy(values, from.offset(), to.heapToOverwrite(count), to.offset(), count);
    }

    @Override
    public void scale(Buffer x, float factor) {
        CpuBuffer target = own(x, 0, "x");
        int count = target.length();
        VectorLoops.scale(target.heapToUpdate(count), target.offset(), count, factor);
    }

    @Override
    public void addScaled(Buffer x, float factor, Buffer target) {
        CpuBuffer from = own(x, 0, "x");
        CpuBuffer to = equal(target, from, "target");
        int count = from.length();
        VectorLoops.addScaled(
                from.heapToRead(count), from.offset(), factor, to.heapToUpdate(count), to.offset(), count);
    }

    @Override
    public void decayTowards(Buffer x, float rate, float value) {
        CpuBuffer target = own(x, 0, "x");
        int count = target.length();
        VectorLoops.decayTowards(target.heapToUpdate(count), target.offset(), count, rate, value);
    }

    @Override
    public double sumOfSquares(Buffer x) {
        CpuBuffer source = own(x, 0, "x");
        int count = source.length();
        return VectorLoops.sumOfSquares(source.heapToRead(count), source.offset(), count);
    }

    @Override
    public double sumOfAbsolutes(Buffer x) {
        CpuBuffer source = own(x, 0, "x");
        int count = source.length();
        return VectorLoops.sumOfAbsolutes(source.heapToRead(count), source.offset(), count);
    }

    @Override
    public double norm(Buffer x) {
        CpuBuffer source = own(x, 0, "x");
        int count = source.length();
        double squares = count == 0 ? 0 : norm.sumOfSquares(source.pointerToRead(count), count);
        boolean isTrusted = squares >= SMALLEST_TRUSTED_SUM && squares <= Float.MAX_VALUE;
        return Math.sqrt(isTrusted ? squares : sumOfSquares(x));
    }

    @Override
    public double dot(Buffer x, Buffer y) {
        CpuBuffer left = own(x, 0, "x");
        CpuBuffer right = equal(y, left, "y");
        int count = left.length();
        return VectorLoops.dot(left.heapToRead(count), left.offset(), right.heapToRead(count), right.offset(), count);
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
        CpuBuffer left = own(a, (long) m * k, "a");
        CpuBuffer right = own(b, (long) k * n, "b");
        CpuBuffer target = own(c, (long) m * n, "c");
        if ((long) m * n * k <= SMALL_PRODUCT) {
            smallProduct(transposeA, transposeB, m, n, k, alpha, left, right, beta, target);
            return;
        }
        FloatPointer leftPointer = left.pointerToRead(m * k);
        FloatPointer rightPointer = right.pointerToRead(k * n);
        FloatPointer targetPointer = beta == 0 ? target.pointerToOverwrite(m * n) : target.pointerToUpdate(m * n);
        product.run(transposeA, transposeB, m, n, k, alpha, leftPointer, rightPointer, beta, targetPointer);
    }

    private static void smallProduct(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            CpuBuffer a,
            CpuBuffer b,
            float beta,
            CpuBuffer c) {
        float[] left = a.heapToRead(m * k);
        float[] right = b.heapToRead(k * n);
        float[] target = beta == 0 ? c.heapToOverwrite(m * n) : c.heapToUpdate(m * n);
        int leftRow = transposeA ? 1 : k;
        int leftColumn = transposeA ? m : 1;
        int rightRow = transposeB ? 1 : n;
        int rightColumn = transposeB ? k : 1;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int p = a.offset() + i * leftRow;
                int q = b.offset() + j * rightColumn;
                float sum = 0;
                for (int l = 0; l < k; l++, p += leftColumn, q += rightRow) {
                    sum += left[p] * right[q];
                }
                int at = c.offset() + i * n + j;
                target[at] = beta == 0 ? alpha * sum : alpha * sum + beta * target[at];
            }
        }
    }

    @Override
    public void addToRows(int rows, int columns, Buffer row, Buffer matrix) {
        CpuBuffer summand = own(row, columns, "row");
        CpuBuffer target = own(matrix, (long) rows * columns, "matrix");
        float[] x = summand.heapToRead(columns);
        float[] y = target.heapToUpdate(rows * columns);
        for (int i = 0; i < rows; i++) {
            VectorLoops.add(x, summand.offset(), y, target.offset() + i * columns, columns);
        }
    }

    @Override
    public void sumRows(int rows, int columns, Buffer matrix, Buffer sums) {
        CpuBuffer source = own(matrix, (long) rows * columns, "matrix");
        CpuBuffer target = own(sums, columns, "sums");
        float[] x = source.heapToRead(rows * columns);
        float[] y = target.heapToOverwrite(columns);
        Arrays.fill(y, target.offset(), target.offset() + columns, 0f);
        for (int i = 0; i < rows; i++) {
            VectorLoops.add(x, source.offset() + i * columns, y, target.offset(), columns);
        }
    }

    @Override
    public void absoluteRowSums(int rows, int columns, Buffer matrix, Buffer sums) {
        CpuBuffer source = own(matrix, (long) rows * columns, "matrix");
        CpuBuffer target = own(sums, rows, "sums");
        float[] values = source.heapToRead(rows * columns);
        float[] results = target.heapToOverwrite(rows);
        for (int row = 0; row < rows; row++) {
            results[target.offset() + row] = VectorLoops.sumOfSizes(values, source.offset() + row * columns, columns);
        }
    }

    @Override
    public void normaliseRows(int rows, int columns, Buffer matrix, Buffer gain, Buffer inverseNorms, Buffer target) {
        CpuBuffer v = own(matrix, (long) rows * columns, "matrix");
        CpuBuffer g = own(gain, rows, "gain");
        CpuBuffer inverse = own(inverseNorms, rows, "inverseNorms");
        CpuBuffer w = own(target, (long) rows * columns, "target");
        float[] vs = v.heapToRead(rows * columns);
        float[] gs = g.heapToRead(rows);
        float[] is = inverse.heapToOverwrite(rows);
        float[] ws = w.heapToOverwrite(rows * columns);
        for (int row = 0; row < rows; row++) {
            int at = v.offset() + row * columns;
            float norm = (float) (1 / Math.sqrt(VectorLoops.sumOfSquares(vs, at, columns)));
            is[inverse.offset() + row] = norm;
            System.arraycopy(vs, at, ws, w.offset() + row * columns, columns);
            VectorLoops.scale(ws, w.offset() + row * columns, columns, norm * gs[g.offset() + row]);
        }
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
        CpuBuffer v = own(matrix, (long) rows * columns, "matrix");
        CpuBuffer g = own(gain, rows, "gain");
        CpuBuffer inverse = own(inverseNorms, rows, "inverseNorms");
        CpuBuffer d = own(gradient, (long) rows * columns, "gradient");
        CpuBuffer dg = own(gainGradient, rows, "gainGradient");
        float[] vs = v.heapToRead(rows * columns);
        float[] gs = g.heapToRead(rows);
        float[] is = inverse.heapToRead(rows);
        float[] ds = d.heapToUpdate(rows * columns);
        float[] dgs = dg.heapToOverwrite(rows);
        for (int row = 0; row < rows; row++) {
            int vAt = v.offset() + row * columns;
            int dAt = d.offset() + row * columns;
            float norm = is[inverse.offset() + row];
            float slope = (float) (VectorLoops.dot(ds, dAt, vs, vAt, columns) * norm);
            dgs[dg.offset() + row] = slope;
            VectorLoops.addScaled(vs, vAt, -slope * norm, ds, dAt, columns);
            VectorLoops.scale(ds, dAt, columns, gs[g.offset() + row] * norm);
        }
    }

    // ---- Convolutions ----

    @Override
    public void toChannelsLast(int batch, int channels, int positions, Buffer channelsFirst, Buffer channelsLast) {
        int size = channels * positions;
        CpuBuffer source = own(channelsFirst, (long) batch * size, "channelsFirst");
        CpuBuffer target = own(channelsLast, (long) batch * size, "channelsLast");
        float[] x = source.heapToRead(batch * size);
        float[] y = target.heapToOverwrite(batch * size);
        for (int i = 0; i < batch; i++) {
            PatchLoops.toChannelsLast(
                    channels, positions, x, source.offset() + i * size, y, target.offset() + i * size);
        }
    }

    @Override
    public void imagesToPatches(ConvolutionGeometry geometry, int batch, Buffer images, Buffer patches) {
        int inputs = batch * geometry.inputSize();
        CpuBuffer source = own(images, (long) batch * geometry.inputSize(), "images");
        CpuBuffer target = own(patches, (long) batch * geometry.patchesSize(), "patches");
        float[] x = source.heapToRead(inputs);
        NativeFloats p = target.nativeToOverwrite(batch * geometry.patchesSize());
        convolutions.takePatches(geometry, batch, x, source.offset(), p, target.offset());
    }

    @Override
    public void patchesToImages(ConvolutionGeometry geometry, int batch, Buffer patches, Buffer images) {
        CpuBuffer source = own(patches, (long) batch * geometry.patchesSize(), "patches");
        CpuBuffer target = own(images, (long) batch * geometry.inputSize(), "images");
        NativeFloats p = source.nativeToRead(batch * geometry.patchesSize());
        NativeFloats x = target.nativeToOverwrite(batch * geometry.inputSize());
        convolutions.addPatches(geometry, batch, p, source.offset(), x, target.offset());
    }

    @Override
    public int convolutionScratch(ConvolutionGeometry geometry, int batch) {
        return GroupedConvolutions.scratch(geometry, batch);
    }

    @Override
    public void convolve(
            ConvolutionGeometry geometry,
            int batch,
            float factor,
            Buffer images,
            Buffer weight,
            Buffer patches,
            Buffer output) {
        CpuBuffer x = own(images, (long) batch * geometry.inputSize(), "images");
        CpuBuffer w = own(weight, geometry.weightSize(), "weight");
        CpuBuffer p = own(patches, convolutionScratch(geometry, batch), "patches");
        CpuBuffer y = own(output, (long) batch * geometry.outputSize(), "output");
        convolutions.forward(geometry, batch, factor, x, w, p, y);
    }

    @Override
    public void convolveWeightGradient(
            ConvolutionGeometry geometry,
            int batch,
            float factor,
            Buffer images,
            Buffer outputGradient,
            Buffer patches,
            Buffer weightGradient) {
        CpuBuffer x = own(images, (long) batch * geometry.inputSize(), "images");
        CpuBuffer dy = own(outputGradient, (long) batch * geometry.outputSize(), "outputGradient");
        CpuBuffer p = own(patches, convolutionScratch(geometry, batch), "patches");
        CpuBuffer dw = own(weightGradient, geometry.weightSize(), "weightGradient");
        convolutions.weightGradient(geometry, batch, factor, x, dy, p, dw);
    }

    @Override
    public void convolveBackward(
            ConvolutionGeometry geometry,
            int batch,
            float factor,
            Buffer outputGradient,
            Buffer weight,
            Buffer patchGradients,
            Buffer imageGradient) {
        CpuBuffer dy = own(outputGradient, (long) batch * geometry.outputSize(), "outputGradient");
        CpuBuffer w = own(weight, geometry.weightSize(), "weight");
        CpuBuffer dp = own(patchGradients, convolutionScratch(geometry, batch), "patchGradients");
        CpuBuffer dx = own(imageGradient, (long) batch * geometry.inputSize(), "imageGradient");
        convolutions.backward(geometry, batch, factor, dy, w, dp, dx);
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
        boolean normalises = shape.normalisation() != Normalisation.NONE;
        int channels = shape.channels();
        int size = shape.size();
        int outputSize = shape.outputSize();
        CpuBuffer h = own(linear, (long) batch * size, "linear");
        CpuBuffer s = scale == null ? null : own(scale, channels, "scale");
        CpuBuffer o = offset == null ? null : own(offset, channels, "offset");
        CpuBuffer n = normalises ? own(normalised, (long) batch * size, "normalised") : null;
        CpuBuffer inverses = normalises ? own(inverseDeviations, batch, "inverseDeviations") : null;
        CpuBuffer y = own(output, (long) batch * outputSize, "output");

        NativeFloats hs = h.nativeToRead(batch * size);
        float[] ns = normalises ? n.heapToOverwrite(batch * size) : null;
        float[] inverse = normalises ? inverses.heapToOverwrite(batch) : null;
        hidden.begin(shape);
        if (s != null) {
            hidden.setScale(shape, s.heapToRead(channels), s.offset());
        }
        if (o != null) {
            hidden.setOffset(shape, o.heapToRead(channels), o.offset());
        }
        NativeFloats ys = y.nativeToOverwrite(batch * outputSize);
        for (int i = 0; i < batch; i++) {
            hidden.load(hs, h.offset() + i * size, size);
            if (normalises) {
                inverse[inverses.offset() + i] = hidden.normalise(shape, ns, n.offset() + i * size);
            }
            hidden.activate(shape, s != null, o != null, ys, y.offset() + i * outputSize);
        }
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
        boolean normalises = shape.normalisation() != Normalisation.NONE;
        int channels = shape.channels();
        int size = shape.size();
        int outputSize = shape.outputSize();
        CpuBuffer s = scale == null ? null : own(scale, channels, "scale");
        CpuBuffer n = normalises ? own(normalised, (long) batch * size, "normalised") : null;
        CpuBuffer inverses = normalises ? own(inverseDeviations, batch, "inverseDeviations") : null;
        CpuBuffer y = own(output, (long) batch * outputSize, "output");
        CpuBuffer dy = own(outputGradient, (long) batch * outputSize, "outputGradient");
        CpuBuffer ds = scaleGradient == null ? null : own(scaleGradient, channels, "scaleGradient");
        CpuBuffer db = offsetGradient == null ? null : own(offsetGradient, channels, "offsetGradient");
        CpuBuffer dh = own(linearGradient, (long) batch * size, "linearGradient");

        float[] ns = normalises ? n.heapToRead(batch * size) : null;
        float[] inverse = normalises ? inverses.heapToRead(batch) : null;
        NativeFloats ys = y.nativeToRead(batch * outputSize);
        NativeFloats dys = dy.nativeToRead(batch * outputSize);
        hidden.begin(shape);
        if (s != null) {
            hidden.setScale(shape, s.heapToRead(channels), s.offset());
        }
        NativeFloats dhs = dh.nativeToOverwrite(batch * size);
        for (int i = 0; i < batch; i++) {
            hidden.activateBackward(shape, ys, y.offset() + i * outputSize, dys, dy.offset() + i * outputSize);
            if (db != null) {
                hidden.addOffsetGradient(size);
            }
            if (normalises) {
                hidden.normaliseBackward(shape, s != null, ns, n.offset() + i * size, inverse[inverses.offset() + i]);
            }
            hidden.store(dhs, dh.offset() + i * size, size);
        }
        if (ds != null) {
            hidden.storeScaleGradient(shape, ds.heapToOverwrite(channels), ds.offset());
        }
        if (db != null) {
            hidden.storeOffsetGradient(shape, db.heapToOverwrite(channels), db.offset());
        }
    }

    @Override
    public void unitActivity(
            int batch, int positions, int channels, Buffer output, Buffer activeCounts, Buffer absoluteSums) {
        int rows = batch * positions;
        CpuBuffer y = own(output, (long) rows * channels, "output");
        CpuBuffer counts = own(activeCounts, channels, "activeCounts");
        CpuBuffer sums = own(absoluteSums, channels, "absoluteSums");
        float[] ys = y.heapToRead(rows * channels);
        float[] cs = zeroed(counts, channels);
        float[] ss = zeroed(sums, channels);
        for (int i = 0; i < rows; i++) {
            VectorLoops.addActivity(ys, y.offset() + i * channels, cs, counts.offset(), ss, sums.offset(), channels);
        }
    }

    // ---- Losses ----

    @Override
    public double softmaxCrossEntropy(int batch, int classes, Buffer logits, int[] labels, Buffer gradient) {
        CpuBuffer x = own(logits, (long) batch * classes, "logits");
        CpuBuffer dx = own(gradient, (long) batch * classes, "gradient");
        Shapes.checkLabels(batch, classes, labels);
        float[] xs = x.heapToRead(batch * classes);
        float[] dxs = dx.heapToOverwrite(batch * classes);
        double loss = 0;
        for (int i = 0; i < batch; i++) {
            loss += LossLoops.softmaxCrossEntropy(
                    xs, x.offset() + i * classes, classes, labels[i], dxs, dx.offset() + i * classes, 1.0 / batch);
        }
        return loss / batch;
    }

    @Override
    public double meanSquaredError(int batch, int outputs, Buffer predictions, Buffer targets, Buffer gradient) {
        int count = batch * outputs;
        CpuBuffer x = own(predictions, (long) batch * outputs, "predictions");
        CpuBuffer t = own(targets, (long) batch * outputs, "targets");
        CpuBuffer dx = own(gradient, (long) batch * outputs, "gradient");
        float[] xs = x.heapToRead(count);
        float[] ts = t.heapToRead(count);
        float[] dxs = dx.heapToOverwrite(count);
        return LossLoops.squaredError(xs, x.offset(), ts, t.offset(), count, dxs, dx.offset(), 2f / count) / count;
    }

    // ---- Optimisers ----

    @Override
    public void momentumStep(
            Buffer weights, Buffer gradient, Buffer velocity, float rate, float momentum, boolean nesterov) {
        CpuBuffer w = own(weights, 0, "weights");
        optimiser.setMomentum(rate, momentum);
        optimiser.run(
                nesterov ? Rule.NESTEROV : Rule.MOMENTUM,
                w,
                equal(gradient, w, "gradient"),
                equal(velocity, w, "velocity"),
                null);
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
        CpuBuffer w = own(weights, 0, "weights");
        optimiser.setAdam(step, rate, beta1, beta2, epsilon, weightDecay);
        optimiser.run(
                Rule.ADAM,
                w,
                equal(gradient, w, "gradient"),
                equal(firstMoment, w, "firstMoment"),
                equal(secondMoment, w, "secondMoment"));
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
        CpuBuffer w = own(weights, 0, "weights");
        CountedAdamLoop.run(
                w,
                equal(gradient, w, "gradient"),
                equal(firstMoment, w, "firstMoment"),
                equal(secondMoment, w, "secondMoment"),
                equal(firstCorrection, w, "firstCorrection"),
                equal(secondCorrection, w, "secondCorrection"),
                (float) rate,
                (float) beta1,
                (float) (1 - beta1),
                (float) beta2,
                (float) (1 - beta2),
                (float) epsilon,
                (float) (1 - rate * weightDecay));
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
        CpuBuffer w = own(weights, 0, "weights");
        optimiser.setRmsProp(rate, decay, epsilon);
        optimiser.run(
                gradientMean == null ? Rule.RMS_PROP : Rule.CENTRED_RMS_PROP,
                w,
                equal(gradient, w, "gradient"),
                equal(squareMean, w, "squareMean"),
                gradientMean == null ? null : equal(gradientMean, w, "gradientMean"));
    }

    @Override
    public void adaptTrace(
            Buffer trace, Buffer squareMean, double error, long step, double decay, double epsilon, Buffer direction) {
        Shapes.checkStep(step);
        CpuBuffer z = own(trace, 0, "trace");
        CpuBuffer v = equal(squareMean, z, "squareMean");
        CpuBuffer d = equal(direction, z, "direction");
        int count = z.length();
        float[] zs = z.heapToRead(count);
        float[] vs = v.heapToUpdate(count);
        float[] ds = d.heapToOverwrite(count);
        float keep = (float) decay;
        float weight = (float) ((1 - decay) * error * error);
        float correction = (float) (1 / (1 - VectorLoops.power(decay, step)));
        for (int i = 0; i < count; i++) {
            float part = zs[z.offset() + i];
            float square = keep * vs[v.offset() + i] + weight * part * part;
            vs[v.offset() + i] = square;
            ds[d.offset() + i] = part / (float) Math.sqrt(correction * square + epsilon);
        }
    }

    // ---- Checks ----

    private static float[] zeroed(CpuBuffer buffer, int count) {
        float[] floats = buffer.heapToOverwrite(count);
        Arrays.fill(floats, buffer.offset(), buffer.offset() + count, 0f);
        return floats;
    }

    private CpuBuffer equal(Buffer buffer, CpuBuffer other, String role) {
        CpuBuffer own = own(buffer, 0, role);
        Shapes.checkEqual(own.length(), other.length(), role);
        return own;
    }

    private CpuBuffer own(Buffer buffer, long least, String role) {
        if (!(buffer instanceof CpuBuffer own) || own.owner() != this) {
            throw Shapes.foreign(buffer, role);
        }
        Shapes.checkLength(own.length(), least, role);
        return own;
    }
}
