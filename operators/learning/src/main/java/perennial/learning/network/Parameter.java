package perennial.learning.network;

import java.util.Arrays;
import perennial.learning.engine.Buffer;

/**
 * One named tensor of a network: where it stands in a flat buffer, and how its stored order turns into the order that
 * PyTorch uses.
 *
 * <p>The stored order of a weight has the channels last, as the feature maps have: {@code [rows][positions][channels]}
 * stands for the canonical {@code [rows][channels][positions]}. For a convolution the positions are the kernel's pixels, for
 * the first linear layer after convolutions the map's pixels; everything else has one position, and the two orders are the same.
 */
public final class Parameter {

    /** What a parameter does in its layer. */
    public enum Role {
        WEIGHT,
        /** Under weight normalisation: the norms of the rows of the weight that is used. */
        GAIN,
        BIAS,
        SCALE,
        OFFSET
    }

    private final String name;
    private final int[] shape;
    private final Role role;
    private final int layer;
    private final int offset;
    private final int channels;
    private final int positions;
    private final int length;

    Parameter(String name, int[] shape, Role role, int layer, int offset, int channels, int positions) {
        this.name = name;
        this.shape = shape;
        this.role = role;
        this.layer = layer;
        this.offset = offset;
        this.channels = channels;
        this.positions = positions;
        this.length = Math.toIntExact(sizeOf(shape));
    }

    /** Name in a safetensors file, such as {@code hidden.0.weight}. */
    public String name() {
        return name;
    }

    /** Shape in PyTorch's layout: [out, in], [out, in, rows, columns] or [channels]. A copy. */
    public int[] shape() {
        return shape.clone();
    }

    public Role role() {
        return role;
    }

    /** Index of the layer it belongs to, input side first. */
    public int layer() {
        return layer;
    }

    /** Index of its first value in a flat buffer. */
    public int offset() {
        return offset;
    }

    /** How many values it has. */
    public int length() {
        return length;
    }

    /** Its part of a flat buffer of the network's layout: values, gradients or an optimiser's slot. A new view. */
    public Buffer in(Buffer flat) {
        return flat.view(offset, length);
    }

    /** Its values in {@code flat}, in PyTorch's order. A copy. */
    public float[] read(Buffer flat) {
        return canonical(in(flat));
    }

    /** Values that a buffer of its own length holds in the stored order, in PyTorch's order. A copy. */
    public float[] canonical(Buffer stored) {
        return reorder(stored.toArray(), positions, channels);
    }

    /**
     * Replaces its values in {@code flat}.
     *
     * @param canonical the values in PyTorch's order. Not modified.
     */
    public void write(float[] canonical, Buffer flat) {
        if (canonical.length != length) {
            throw new IllegalArgumentException("a parameter takes as many values as it has: name=" + name + " expected="
                    + length + " given=" + canonical.length);
        }
        flat.write(offset, reorder(canonical, channels, positions), 0, length);
    }

    /** Transposes each {@code rows x columns} block. */
    private static float[] reorder(float[] source, int rows, int columns) {
        if (rows == 1 || columns == 1) {
            return source.clone();
        }
        float[] target = new float[source.length];
        int block = rows * columns;
        for (int start = 0; start < source.length; start += block) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    target[start + column * rows + row] = source[start + row * columns + column];
                }
            }
        }
        return target;
    }

    static long sizeOf(int[] shape) {
        long size = 1;
        for (int dimension : shape) {
            size = Math.multiplyExact(size, dimension);
        }
        return size;
    }

    /** Name and shape, such as {@code hidden.0.weight[512, 784]}. */
    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
