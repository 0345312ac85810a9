package perennial.learning.intervention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;
import perennial.learning.network.WeightSampler;
import perennial.learning.optimise.Optimiser;

/**
 * The units of one hidden layer, to be begun anew one by one. A unit has incoming weights, a row of the layer's weight; a bias, or
 * the normaliser's scale and offset; and outgoing weights, a column of the next layer's weight for each position, or of the weights of
 * both layers where the streams of a dueling network begin. A unit of a convolution is a channel.
 *
 * <p>Works on copies of whole weights, so it is for the few updates at which units begin anew. Not thread-safe.
 */
final class HiddenUnits {

    private final Layer layer;
    private final Layer[] readers;
    private final Buffer values;
    private final Buffer[] slots;
    private final int count;
    private final int fanIn;
    private final float[] incoming;
    private final float[] outgoing;
    private final float[] single = new float[1];

    private HiddenUnits(Network network, Layer layer, Optimiser optimiser) {
        this.layer = layer;
        this.readers = network.readersOf(layer).toArray(new Layer[0]);
        this.values = network.parameters().values();
        this.slots = optimiser.slots().stream().map(Optimiser.Slot::values).toArray(Buffer[]::new);
        this.count = layer.shape().outputChannels();
        this.fanIn = layer.weight().length() / count;
        this.incoming = new float[fanIn];
        int most = Arrays.stream(readers)
                .mapToInt(reader -> reader.weight().length())
                .max()
                .orElseThrow();
        this.outgoing = new float[most];
    }

    /** The units of every hidden layer, input side first. */
    static HiddenUnits[] of(Network network, Optimiser optimiser) {
        List<HiddenUnits> all = new ArrayList<>();
        for (Layer layer : network.layers()) {
            if (layer.isHidden()) {
                all.add(new HiddenUnits(network, layer, optimiser));
            }
        }
        return all.toArray(new HiddenUnits[0]);
    }

    Layer layer() {
        return layer;
    }

    /** The layers that the units' outputs go to. */
    List<Layer> readers() {
        return List.of(readers);
    }

    int count() {
        return count;
    }

    /** Incoming weights of a unit. */
    int fanIn() {
        return fanIn;
    }

    /** Outgoing weights of a unit. */
    int fanOut() {
        int weights = 0;
        for (Layer reader : readers) {
            weights += reader.weight().length();
        }
        return weights / count;
    }

    /** Draws a unit's incoming weights uniformly within {@code bound}; its bias or offset becomes 0, its scale 1. */
    void redraw(int unit, double bound, WeightSampler sampler) {
        sampler.uniform(bound, incoming, 0, fanIn);
        values.write(layer.weight().offset() + unit * fanIn, incoming, 0, fanIn);
        set(values, layer.scale(), unit, 1f);
        set(values, layer.offset(), unit, 0f);
    }

    /** Sets the outgoing weights of the chosen units to 0. */
    void silence(boolean[] chosen) {
        clearOutgoing(values, chosen);
    }

    /**
     * What a chosen unit gave to the units that read it on average, into their biases; a normalised layer has none, and takes
     * no notice of what it was given in addition.
     *
     * @param means mean output of each unit
     */
    void handOver(boolean[] chosen, double[] means) {
        for (Layer reader : readers) {
            if (!reader.isNormalised() && reader.offset() != null) {
                handOver(chosen, means, reader);
            }
        }
    }

    private void handOver(boolean[] chosen, double[] means, Layer next) {
        int length = next.weight().length();
        values.read(next.weight().offset(), outgoing, 0, length);
        int rows = next.offset().length();
        int rowLength = length / rows;
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = 0; i < rowLength; i++) {
                int unit = i % count;
                sum += chosen[unit] ? outgoing[row * rowLength + i] * means[unit] : 0;
            }
            values.read(next.offset().offset() + row, single, 0, 1);
            set(values, next.offset(), row, (float) (single[0] + sum));
        }
    }

    /** Sets to 0 what the optimiser remembers of all that goes into the chosen units, out of them, and of themselves. */
    void forget(boolean[] chosen) {
        Arrays.fill(incoming, 0f);
        for (Buffer slot : slots) {
            for (int unit = 0; unit < count; unit++) {
                if (chosen[unit]) {
                    slot.write(layer.weight().offset() + unit * fanIn, incoming, 0, fanIn);
                    set(slot, layer.scale(), unit, 0f);
                    set(slot, layer.offset(), unit, 0f);
                }
            }
            clearOutgoing(slot, chosen);
        }
    }

    private void clearOutgoing(Buffer flat, boolean[] chosen) {
        for (Layer reader : readers) {
            // Stored with the channels last, so that the unit is the index modulo their number in every row and
            // position.
            int length = reader.weight().length();
            flat.read(reader.weight().offset(), outgoing, 0, length);
            for (int i = 0; i < length; i++) {
                if (chosen[i % count]) {
                    outgoing[i] = 0f;
                }
            }
            flat.write(reader.weight().offset(), outgoing, 0, length);
        }
    }

    private void set(Buffer flat, Parameter vector, int unit, float value) {
        if (vector != null) {
            single[0] = value;
            flat.write(vector.offset() + unit, single, 0, 1);
        }
    }
}
