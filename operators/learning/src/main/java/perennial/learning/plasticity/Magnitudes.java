package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;

/**
 * Sums of absolute values and numbers of values that are not 0, of each parameter of a network or of what is laid out as the parameters
 * are. Not thread-safe.
 */
public final class Magnitudes {

    private final Engine engine;
    private final Part[] parts;
    private final Buffer counts;
    private final Buffer sums;
    private final float[] read;

    /** @param flat the parameters' values, or their gradients */
    public Magnitudes(Network network, Buffer flat) {
        this.engine = network.engine();
        this.parts = network.parameters().all().stream()
                .map(parameter -> new Part(parameter, flat))
                .toArray(Part[]::new);
        int widest = 1;
        for (Part part : parts) {
            widest = Math.max(widest, part.columns);
        }
        this.counts = engine.allocate(widest);
        this.sums = engine.allocate(widest);
        this.read = new float[widest];
    }

    /** Measures the values as they are. */
    public void measure() {
        for (Part part : parts) {
            // The count of units' activity is that of a matrix's columns.
            engine.unitActivity(1, part.rows, part.columns, part.values, counts, sums);
            part.nonZeros = sum(counts, part.columns);
            part.absoluteSum = sum(sums, part.columns);
        }
    }

    private double sum(Buffer columns, int count) {
        columns.read(0, read, 0, count);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += read[i];
        }
        return sum;
    }

    /** Sum of absolute values of a layer's weight. */
    public double absoluteSumOfWeight(int layer) {
        return weight(layer).absoluteSum;
    }

    /** Number of values of a layer's weight that are not 0. */
    public double nonZerosOfWeight(int layer) {
        return weight(layer).nonZeros;
    }

    /** Mean absolute value of a layer's weight. */
    public double meanOfWeight(int layer) {
        Part part = weight(layer);
        return part.absoluteSum / ((double) part.rows * part.columns);
    }

    /** Mean absolute value of all layers' weights together. */
    public double meanOfWeights() {
        double sum = 0;
        double count = 0;
        for (Part part : parts) {
            if (part.isWeight) {
                sum += part.absoluteSum;
                count += (double) part.rows * part.columns;
            }
        }
        return sum / count;
    }

    /** Sum of absolute values of all parameters. */
    public double absoluteSum() {
        double sum = 0;
        for (Part part : parts) {
            sum += part.absoluteSum;
        }
        return sum;
    }

    /** Number of values of all parameters that are not 0. */
    public double nonZeros() {
        double sum = 0;
        for (Part part : parts) {
            sum += part.nonZeros;
        }
        return sum;
    }

    private Part weight(int layer) {
        for (Part part : parts) {
            if (part.isWeight && part.layer == layer) {
                return part;
            }
        }
        throw new IllegalArgumentException("every layer has a weight: layer=" + layer);
    }

    /** One parameter as a matrix, and what was measured last. */
    private static final class Part {
        final boolean isWeight;
        final int layer;
        final int rows;
        final int columns;
        final Buffer values;
        double absoluteSum;
        double nonZeros;

        Part(Parameter parameter, Buffer flat) {
            this.isWeight = parameter.role() == Parameter.Role.WEIGHT;
            this.layer = parameter.layer();
            this.rows = isWeight ? parameter.shape()[0] : 1;
            this.columns = parameter.length() / rows;
            this.values = parameter.in(flat);
        }
    }
}
