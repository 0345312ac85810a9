package perennial.learning.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perennial.learning.event.Features;

class ObservationEncodingTest {

    @Test
    void shouldFindTheFirstValueThatItCannotPack() {
        assertThat(ObservationEncoding.BITS.firstUnfit(floats(0, 1, 1))).isEqualTo(-1);
        assertThat(ObservationEncoding.BITS.firstUnfit(floats(0, 1, 0.5f))).isEqualTo(2);
        assertThat(ObservationEncoding.BITS.firstUnfit(bytes(1, 2))).isEqualTo(1);
        assertThat(ObservationEncoding.BITS.firstUnfit(bytes(1, 0))).isEqualTo(-1);
        assertThat(ObservationEncoding.BYTES.firstUnfit(floats(0, 255))).isEqualTo(-1);
        assertThat(ObservationEncoding.BYTES.firstUnfit(floats(256))).isZero();
        assertThat(ObservationEncoding.BYTES.firstUnfit(floats(-1))).isZero();
        assertThat(ObservationEncoding.BYTES.firstUnfit(floats(0, 1.5f))).isEqualTo(1);
        assertThat(ObservationEncoding.BYTES.firstUnfit(floats(Float.NaN))).isZero();
        assertThat(ObservationEncoding.BYTES.firstUnfit(bytes(200))).isEqualTo(-1);
        assertThat(ObservationEncoding.FLOATS.firstUnfit(floats(-3.5f, Float.NaN)))
                .isEqualTo(1);
    }

    @Test
    void shouldUnpackWhatItPacked() {
        assertUnpacks(ObservationEncoding.BITS, floats(1, 0, 1, 1, 0, 0, 1, 0, 1, 1));
        assertUnpacks(ObservationEncoding.BITS, bytes(1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1));
        assertUnpacks(ObservationEncoding.BYTES, floats(0, 255, 128));
        assertUnpacks(ObservationEncoding.BYTES, bytes(0, 255, 128));
        assertUnpacks(ObservationEncoding.FLOATS, floats(-1.5f, 2e30f));
        assertUnpacks(ObservationEncoding.FLOATS, bytes(0, 255));
    }

    private static void assertUnpacks(ObservationEncoding encoding, Features values) {
        Object segment = encoding.newSegment(3 + encoding.elements(values.length()));
        float[] expected = new float[values.length()];
        values.writeScaled(2f, expected, 0);
        float[] actual = new float[values.length()];

        encoding.pack(values, segment, 3);
        encoding.unpack(segment, 3, values.length(), 2f, actual, 0);

        assertThat(actual).isEqualTo(expected);
    }

    private static Features floats(float... values) {
        Features features = new Features();
        System.arraycopy(values, 0, features.resizeFloats(values.length), 0, values.length);
        return features;
    }

    private static Features bytes(int... values) {
        Features features = new Features();
        byte[] bytes = features.resizeBytes(values.length);
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return features;
    }
}
