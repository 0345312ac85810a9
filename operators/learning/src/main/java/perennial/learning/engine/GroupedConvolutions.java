package perennial.learning.engine;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Convolutions as products of patches, for a few images at a time: so few that their patches are still in the processor's second
 * cache when the product reads them. Not thread-safe; allocates only while images or weights grow beyond what they have been.
 * Freed by {@link #close}.
 */
final class GroupedConvolutions {

    /** Patches that are made and multiplied at a time, in values. */
    private static final int GROUP_VALUES = 1 << 17;

    private final TiledProduct product;
    private final MovedPointer groupOutput = new MovedPointer();

    /** Patches of one image, and the image, where the loops over them run. */
    private float[] imagePatches = new float[0];

    private float[] image = new float[0];
    private float[] summand = new float[0];

    /** The weight that is used, transposed; null before the first. */
    private NativeFloats transposed;

    private float[] transposedHeap;

    GroupedConvolutions(TiledProduct product) {
        this.product = product;
    }

    /** As {@link Engine#convolve}, with buffers that have been checked. */
    void forward(
            ConvolutionGeometry g,
            int batch,
            float factor,
            CpuBuffer images,
            CpuBuffer weight,
            CpuBuffer patches,
            CpuBuffer output) {
        float[] x = images.heapToRead(batch * g.inputSize());
        FloatPointer w = transpose(g, weight.heapToRead(g.weightSize()), weight.offset());
        int scratch = scratch(g, batch);
        NativeFloats p = patches.nativeToOverwrite(scratch);
        FloatPointer rows = patches.pointerToOverwrite(scratch);
        FloatPointer y = output.pointerToOverwrite(batch * g.outputSize());
        int group = imagesPerGroup(g);
        for (int i = 0; i < batch; i += group) {
            int count = Math.min(group, batch - i);
            takePatches(g, count, x, images.offset() + i * g.inputSize(), p, patches.offset());
            groupOutput.move(y, (long) i * g.outputSize());
            product.run(
                    false,
                    false,
                    count * g.positions(),
                    g.outputChannels(),
                    g.patchSize(),
                    factor,
                    rows,
                    w,
                    0f,
                    groupOutput);
        }
    }

    /**
     * As {@link Engine#convolveWeightGradient}, with buffers that have been checked. One group's patches are still there from the way
     * forward; those of more are made anew, which costs less than to write them to memory and to read them again.
     */
    void weightGradient(
            ConvolutionGeometry g,
            int batch,
            float factor,
            CpuBuffer images,
            CpuBuffer outputGradient,
            CpuBuffer patches,
            CpuBuffer weightGradient) {
        FloatPointer dy = outputGradient.pointerToRead(batch * g.outputSize());
        FloatPointer dw = weightGradient.pointerToOverwrite(g.weightSize());
        int scratch = scratch(g, batch);
        int group = imagesPerGroup(g);
        if (batch <= group) {
            addWeightGradient(g, batch, factor, dy, patches.pointerToRead(scratch), 0f, dw);
            return;
        }
        float[] x = images.heapToRead(batch * g.inputSize());
        NativeFloats p = patches.nativeToOverwrite(scratch);
        FloatPointer rows = patches.pointerToOverwrite(scratch);
        for (int i = 0; i < batch; i += group) {
            int count = Math.min(group, batch - i);
            takePatches(g, count, x, images.offset() + i * g.inputSize(), p, patches.offset());
            groupOutput.move(dy, (long) i * g.outputSize());
            addWeightGradient(g, count, factor, groupOutput, rows, i == 0 ? 0f : 1f, dw);
        }
    }

    private void addWeightGradient(
            ConvolutionGeometry g,
            int images,
            float factor,
            FloatPointer outputGradient,
            FloatPointer patches,
            float keep,
            FloatPointer weightGradient) {
        product.run(
                true,
                false,
                g.outputChannels(),
                g.patchSize(),
                images * g.positions(),
                factor,
                outputGradient,
                patches,
                keep,
                weightGradient);
    }

    /** The weight with a row per value of a patch: products of that form are the fastest, and it is small beside the patches. */
    private FloatPointer transpose(ConvolutionGeometry g, float[] weight, int at) {
        int size = g.weightSize();
        if (transposed == null || transposed.length() < size) {
            close();
            transposed = new NativeFloats(size);
            transposedHeap = new float[size];
        }
        PatchLoops.toChannelsLast(g.outputChannels(), g.patchSize(), weight, at, transposedHeap, 0);
        transposed.put(0, transposedHeap, 0, size);
        return transposed.pointer();
    }

    void close() {
        if (transposed != null) {
            transposed.close();
            transposed = null;
        }
    }

    /** As {@link Engine#convolveBackward}, with buffers that have been checked. */
    void backward(
            ConvolutionGeometry g,
            int batch,
            float factor,
            CpuBuffer outputGradient,
            CpuBuffer weight,
            CpuBuffer patchGradients,
            CpuBuffer imageGradient) {
        FloatPointer dy = outputGradient.pointerToRead(batch * g.outputSize());
        FloatPointer w = weight.pointerToRead(g.weightSize());
        NativeFloats dx = imageGradient.nativeToOverwrite(batch * g.inputSize());
        int group = imagesPerGroup(g);
        int scratch = scratch(g, batch);
        NativeFloats dp = patchGradients.nativeToOverwrite(scratch);
        FloatPointer rows = patchGradients.pointerToOverwrite(scratch);
        for (int i = 0; i < batch; i += group) {
            int count = Math.min(group, batch - i);
            groupOutput.move(dy, (long) i * g.outputSize());
            product.run(
                    false,
                    false,
                    count * g.positions(),
                    g.patchSize(),
                    g.outputChannels(),
                    factor,
                    groupOutput,
                    w,
                    0f,
                    rows);
            addPatches(g, count, dp, patchGradients.offset(), dx, imageGradient.offset() + i * g.inputSize());
        }
    }

    /** As {@link Engine#imagesToPatches}. */
    void takePatches(ConvolutionGeometry g, int batch, float[] images, int imagesAt, NativeFloats patches, int at) {
        reserve(g);
        for (int i = 0; i < batch; i++) {
            PatchLoops.imageToPatches(g, images, imagesAt + i * g.inputSize(), imagePatches, 0);
            patches.put(at + i * g.patchesSize(), imagePatches, 0, g.patchesSize());
        }
    }

    /** As {@link Engine#patchesToImages}. */
    void addPatches(ConvolutionGeometry g, int batch, NativeFloats patches, int at, NativeFloats images, int imagesAt) {
        reserve(g);
        for (int i = 0; i < batch; i++) {
            patches.get(at + i * g.patchesSize(), imagePatches, 0, g.patchesSize());
            PatchLoops.patchesToImage(g, imagePatches, image, summand);
            images.put(imagesAt + i * g.inputSize(), image, 0, g.inputSize());
        }
    }

    private void reserve(ConvolutionGeometry g) {
        if (imagePatches.length < g.patchesSize()) {
            imagePatches = new float[g.patchesSize()];
        }
        if (image.length < g.inputSize()) {
            image = new float[g.inputSize()];
            summand = new float[g.inputSize()];
        }
    }

    /** As {@link Engine#convolutionScratch}. */
    static int scratch(ConvolutionGeometry g, int batch) {
        return Math.min(batch, imagesPerGroup(g)) * g.patchesSize();
    }

    private static int imagesPerGroup(ConvolutionGeometry g) {
        return Math.max(1, GROUP_VALUES / g.patchesSize());
    }
}
