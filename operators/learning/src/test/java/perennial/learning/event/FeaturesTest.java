package perennial.learning.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FeaturesTest {

    @Test
    void shouldReadBytesAsUnsigned() {
        Features features = new Features();
        byte[] bytes = features.resizeBytes(3);
        bytes[0] = 0;
        bytes[1] = (byte) 128;
        bytes[2] = (byte) 255;

        float[] scaled = new float[4];
        features.writeScaled(0.5f, scaled, 1);

        assertThat(scaled).containsExactly(0f, 0f, 64f, 127.5f);
    }

    @Test
    void shouldCarryASmallerVectorAfterALargerOne() {
        Features features = new Features();
        features.resizeFloats(3)[2] = Float.NaN;
        features.resizeFloats(2);

        assertThat(features.length()).isEqualTo(2);
        assertThat(features.firstNotFinite()).isEqualTo(-1);
    }

    @Test
    void shouldFindTheFirstValueThatIsNotFinite() {
        Features features = new Features();
        features.resizeFloats(3)[1] = Float.POSITIVE_INFINITY;

        assertThat(features.firstNotFinite()).isEqualTo(1);
    }

    @Test
    void shouldCopyValuesAndKind() {
        Features floats = new Features();
        floats.resizeFloats(2)[0] = 1.5f;
        Features copy = new Features();
        copy.resizeBytes(5);

        copy.copyFrom(floats);

        assertThat(copy).isEqualTo(floats);
        assertThat(copy.hashCode()).isEqualTo(floats.hashCode());
    }
}
