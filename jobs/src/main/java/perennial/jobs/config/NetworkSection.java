package perennial.jobs.config;

import java.util.List;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;

/** Shape of a learner's network. */
public sealed interface NetworkSection {

    /** The network as the learner takes it. */
    NetworkSpec spec();

    /** What both kinds of network have. */
    record Layers(
            @Option(
                    description = "widths of the hidden linear layers in units, input side first; [] for none",
                    range = "[1, 1000000]")
            List<Integer> hidden,

            @Option(description = "nonlinearity after every hidden layer", defaultValue = "relu")
            Activation activation,

            @Option(
                    description = "slope of leakyRelu for negative inputs; unused by the others",
                    defaultValue = "0.01",
                    range = "[0, 1)")
            double leakySlope,

            @Option(
                    description =
                            "what stands between a hidden layer and its nonlinearity; hidden layers have biases only where"
                                    + " it is none",
                    defaultValue = "none")
            Normalisation normalisation,

            @Option(
                    description = "added to the variance or mean square before the root is taken",
                    defaultValue = "1.0e-6",
                    range = "[0, inf)")
            double normalisationEpsilon,

            @Option(description = "distribution that the first weights are drawn from", defaultValue = "pytorch")
            Initialiser initialiser) {

        private NetworkSpec below(List<ConvolutionSpec> convolutions) {
            return new NetworkSpec(
                    convolutions, hidden, activation, leakySlope, normalisation, normalisationEpsilon, initialiser);
        }
    }

    /** Hidden linear layers only. */
    @Type(name = "mlp", description = "hidden linear layers and a linear output layer")
    record Perceptron(@Inline Layers layers) implements NetworkSection {
        @Override
        public NetworkSpec spec() {
            return layers.below(List.of());
        }
    }

    /** Convolutions, then hidden linear layers. */
    @Type(name = "cnn", description = "convolutions, then hidden linear layers and a linear output layer")
    record Convolutional(
            @Option(description = "convolutional layers, input side first; at least one")
            List<ConvolutionSection> convolutions,

            @Inline Layers layers)
            implements NetworkSection {
        public Convolutional {
            if (convolutions.isEmpty()) {
                throw new IllegalArgumentException(
                        "a network of type cnn needs at least one convolution: convolutions=[]; use type mlp for none");
            }
        }

        @Override
        public NetworkSpec spec() {
            return layers.below(
                    convolutions.stream().map(ConvolutionSection::spec).toList());
        }
    }
}
