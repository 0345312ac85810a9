package perennial.jobs.config;

import perennial.learning.network.ConvolutionSpec;

/** One convolutional layer. */
public record ConvolutionSection(
        @Option(description = "number of output channels", range = "[1, 65536]")
        int channels,

        @Option(description = "side of the square kernel, in pixels", range = "[1, 1024]")
        int kernel,

        @Option(description = "step from patch to patch, in pixels", defaultValue = "1", range = "[1, 1024]")
        int stride,

        @Option(description = "zeros added on each side, in pixels", defaultValue = "0", range = "[0, 1024]")
        int padding) {

    ConvolutionSpec spec() {
        return new ConvolutionSpec(channels, kernel, stride, padding);
    }
}
