package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaResizeTest {

    @ParameterizedTest
    @CsvSource({"210, 160", "250, 160", "214, 160", "230, 160", "84, 84"})
    void shouldMatchANaiveResizeOfEveryScreen(int height, int width) {
        for (int seed = 0; seed < 10; seed++) {
            requireAgreement(height, width, 84, 84, new Random(seed));
        }
    }

    @Property(tries = 200)
    void shouldMatchANaiveResizeOfAnySize(
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int newHeight,
            @ForAll @IntRange(min = 1, max = 40) int newWidth,
            @ForAll long seed) {
        requireAgreement(
                Math.max(height, newHeight),
                Math.max(width, newWidth),
                Math.min(height, newHeight),
                Math.min(width, newWidth),
                new Random(seed));
    }

    @Test
    void shouldKeepAnEvenPictureEven() {
        byte[] white = new byte[210 * 160];
        byte[] small = new byte[84 * 84];
        Arrays.fill(white, (byte) 255);

        new AreaResize(210, 160, 84, 84).resize(white, small, 0);

        assertThat(small).containsOnly((byte) 255);
    }

    @Test
    void shouldRoundHalvesUpwards() {
        byte[] small = new byte[1];

        new AreaResize(1, 2, 1, 1).resize(new byte[] {4, 5}, small, 0);

        assertThat(small).containsExactly(5);
    }

    @Test
    void shouldRefuseToEnlarge() {
        assertThatThrownBy(() -> new AreaResize(83, 160, 84, 84))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a picture can only be made smaller: size=83 newSize=84");
    }

    @Test
    void shouldRefuseSizesThatCannotBeExact() {
        assertThatThrownBy(() -> new AreaResize(509, 503, 84, 84))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the sizes have too little in common");
    }

    private static void requireAgreement(int height, int width, int newHeight, int newWidth, Random random) {
        byte[] picture = new byte[height * width];
        random.nextBytes(picture);
        byte[] found = new byte[newHeight * newWidth + 3];

        new AreaResize(height, width, newHeight, newWidth).resize(picture, found, 3);

        for (int row = 0; row < newHeight; row++) {
            for (int column = 0; column < newWidth; column++) {
                double mean = naiveMean(
                        picture,
                        width,
                        row * (double) height / newHeight,
                        (row + 1) * (double) height / newHeight,
                        column * (double) width / newWidth,
                        (column + 1) * (double) width / newWidth);
                // Half a step of rounding, and what the double precision of this mean is off.
                assertThat((double) (found[3 + row * newWidth + column] & 0xff))
                        .isBetween(mean - 0.5 - 1e-9, mean + 0.5 + 1e-9);
            }
        }
    }

    private static double naiveMean(byte[] picture, int width, double top, double bottom, double left, double right) {
        double sum = 0;
        for (int row = (int) top; row < Math.ceil(bottom - 1e-12); row++) {
            double height = Math.min(bottom, row + 1) - Math.max(top, row);
            for (int column = (int) left; column < Math.ceil(right - 1e-12); column++) {
                double area = height * (Math.min(right, column + 1) - Math.max(left, column));
                sum += area * (picture[row * width + column] & 0xff);
            }
        }
        return sum / ((bottom - top) * (right - left));
    }
}
