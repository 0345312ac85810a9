package perennial.learning.plasticity;

import perennial.learning.network.Layer;
import perennial.learning.network.Network;

/**
 * The ranks of the features of the probe batch: what the output layer reads, the last hidden layer's activations, a row for each input. Not
 * thread-safe.
 */
public final class FeatureSpectrum {

    private final ProbeNetwork probe;
    private FeatureRanks ranks;

    public FeatureSpectrum(ProbeNetwork probe) {
        this.probe = probe;
    }

    /** Measures the probe batch. */
    public void measure() {
        ranks = null;
        Network network = probe.network();
        int all = network.layers().size();
        int hidden = (int) network.layers().stream().filter(Layer::isHidden).count();
        int first = hidden - (all - hidden);
        if (first < 0) {
            return;
        }
        int columns = 0;
        for (Layer layer : network.layers().subList(first, hidden)) {
            columns += layer.shape().outputSize();
        }
        probe.forward();
        int rows = probe.rows();
        float[] features = new float[Math.multiplyExact(rows, columns)];
        int column = 0;
        for (Layer layer : network.layers().subList(first, hidden)) {
            int size = layer.shape().outputSize();
            for (int row = 0; row < rows; row++) {
                layer.output().read(row * size, features, row * columns + column, size);
            }
            column += size;
        }
        ranks = FeatureRanks.of(SingularValues.of(features, rows, columns), rows);
    }

    /** srank at 1 %; NaN, as all ranks, without a hidden layer. */
    public double srank() {
        return ranks == null ? Double.NaN : ranks.srank();
    }

    /** As {@link #srank}, of squared singular values. */
    public double approximateRank() {
        return ranks == null ? Double.NaN : ranks.approximateRank();
    }

    /** Exponential of the singular values' entropy. */
    public double effectiveRank() {
        return ranks == null ? Double.NaN : ranks.effectiveRank();
    }

    /** Squared Frobenius norm divided by the squared spectral norm. */
    public double stableRank() {
        return ranks == null ? Double.NaN : ranks.stableRank();
    }

    /** Singular values above 1 % of the largest. */
    public double featureRank() {
        return ranks == null ? Double.NaN : ranks.featureRank();
    }

    /** Singular values above 0.01 times the root of the number of inputs. */
    public double scaledFeatureRank() {
        return ranks == null ? Double.NaN : ranks.scaledFeatureRank();
    }
}
