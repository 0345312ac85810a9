package perennial.learning.engine;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Convolutions as products of patches, for a few images at a time: so few that their patches are still in the processor's second
 * cache when the product reads them. Not thread-safe; allocates only while the patches grow beyond what they have been.
 */
final class GroupedConvolutions {

    /** Patches that are made and multiplied at a time, in values. */
    private static final int GROUP_VALUES = 1 << 17;

    private final TiledProduct product;
    private final MovedPointer groupPatches = new MovedPointer();
    private final MovedPointer groupOutput = new MovedPointer();

    /** Patches of one image, where the loops over them run. */
    private float[] imagePatches = new float[0];

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
        FloatPointer w = weight.pointerToRead(g.weightSize());
        NativeFloats p = patches.nativeToOverwrite(batch * g.patchesSize());
        FloatPointer rows = patches.pointerToOverwrite(batch * g.patchesSize());
        FloatPointer y = output.pointerToOverwrite(batch * g.outputSize());
        int group = imagesPerGroup(g);
        for (int i = 0; i < batch; i += group) {
            int count = Math.min(group, batch - i);
            takePatches(g, count, x, images.offset() + i * g.inputSize(), p, patches.offset() + i * g.patchesSize());
            groupPatches.move(rows, (long) i * g.patchesSize());
            groupOutput.move(y, (long) i * g.outputSize());
            product.run(
                    false,
                    true,
                    count * g.positions(),
                    g.outputChannels(),
                    g.patchSize(),
                    factor,
                    groupPatches,
                    w,
                    0f,
                    groupOutput);
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
        float[] dx = imageGradient.heapToOverwrite(batch * g.inputSize());
        int group = imagesPerGroup(g);
        int used = Math.min(group, batch) * g.patchesSize();
        NativeFloats dp = patchGradients.nativeToOverwrite(used);
        FloatPointer rows = patchGradients.pointerToOverwrite(used);
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
    void addPatches(ConvolutionGeometry g, int batch, NativeFloats patches, int at, float[] images, int imagesAt) {
        reserve(g);
        for (int i = 0; i < batch; i++) {
            patches.get(at + i * g.patchesSize(), imagePatches, 0, g.patchesSize());
            PatchLoops.patchesToImage(g, imagePatches, 0, images, imagesAt + i * g.inputSize());
        }
    }

    private void reserve(ConvolutionGeometry g) {
        if (imagePatches.length < g.patchesSize()) {
            imagePatches = new float[g.patchesSize()];
        }
    }

    private static int imagesPerGroup(ConvolutionGeometry g) {
        return Math.max(1, GROUP_VALUES / g.patchesSize());
    }
}
