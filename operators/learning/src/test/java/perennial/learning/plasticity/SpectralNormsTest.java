package perennial.learning.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.random.RandomStreams;

class SpectralNormsTest {

    @Test
    void shouldBeTheLargestSingularValueOfEachLayersMap() {
        NetworkSpec spec = new NetworkSpec(
                List.of(new ConvolutionSpec(6, 3, 2, 1)),
                List.of(200, 150),
                Activation.RELU,
                0,
                Normalisation.NONE,
                0,
                Initialiser.PYTORCH);
        try (Engine engine = new CpuEngine()) {
            Network network = new Network(spec, List.of(3, 9, 8), 7, 1, engine, true);
            network.initialise(new RandomStreams(4));
            SpectralNorms norms = new SpectralNorms(network);

            for (int i = 0; i < 4; i++) {
                double expected =
                        matrix(engine, network.layers().get(i)).svd(true).getSingularValues()[0];
                assertThat(norms.of(i)).as("layer %d", i).isCloseTo(expected, within(1e-3 * expected));
                assertThat(norms.of(i)).as("layer %d again", i).isEqualTo(norms.of(i));
            }
        }
    }

    @Test
    void shouldBeZeroForAWeightOfZeros() {
        NetworkSpec spec =
                new NetworkSpec(List.of(), List.of(4), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH);
        try (Engine engine = new CpuEngine()) {
            assertThat(new SpectralNorms(new Network(spec, List.of(3), 2, 1, engine, true)).of(0))
                    .isZero();
        }
    }

    /** The layer's linear map, column by column. */
    private static SimpleMatrix matrix(Engine engine, Layer layer) {
        SimpleMatrix matrix = new SimpleMatrix(layer.linearSize(), layer.inputSize());
        Buffer unit = engine.allocate(layer.inputSize());
        Buffer column = engine.allocate(layer.linearSize());
        for (int i = 0; i < layer.inputSize(); i++) {
            engine.fill(unit, 0f);
            unit.write(i, new float[] {1}, 0, 1);
            layer.multiply(unit, column);
            for (int row = 0; row < layer.linearSize(); row++) {
                float[] value = new float[1];
                column.read(row, value, 0, 1);
                matrix.set(row, i, value[0]);
            }
        }
        return matrix;
    }
}
