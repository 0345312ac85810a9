package perennial.jobs.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {

    private static final int FIRST_COLOUR = 0xD55E00;

    @TempDir
    private Path folder;

    @Test
    void shouldWriteTheSamePlotAsBitmapAndAsVectors() throws IOException {
        Plot plot = new Plot("Loss of each task", "task")
                .estimates(
                        "nap",
                        List.of(0.0, 1.0, 2.0),
                        List.of(Estimate.of(1, 2), Estimate.of(2, 3), Estimate.of(3, 3)));

        plot.writePng(folder.resolve("loss.png"));
        plot.writeSvg(folder.resolve("loss.svg"));

        assertThat(has(ImageIO.read(folder.resolve("loss.png").toFile()), FIRST_COLOUR))
                .isTrue();
        // Text is drawn as outlines; a line and its band are of one colour.
        assertThat(Files.readString(folder.resolve("loss.svg")))
                .contains("<svg")
                .contains("fill:none;stroke:rgb(213,94,0);stroke-width:2")
                .contains("fill:rgb(213,94,0);fill-opacity:");
    }

    @Test
    void shouldLeaveOutOnALogarithmicScaleWhatIsNotPositive() throws IOException {
        Plot plot = new Plot("Loss", "task")
                .logarithmic()
                .estimates("nap", List.of(0.0, 1.0, 2.0), List.of(Estimate.of(0), Estimate.of(1, 3), Estimate.of(10)));

        plot.writePng(folder.resolve("loss.png"));

        assertThat(has(ImageIO.read(folder.resolve("loss.png").toFile()), FIRST_COLOUR))
                .isTrue();
    }

    @Test
    void shouldDrawALineOverNamedPlacesAndOverWideOnes() throws IOException {
        new Plot("Loss", "method")
                .named(List.of("none", "nap"))
                .line("adam", List.of(0.0, 1.0), List.of(2.0, -1.0))
                .writePng(folder.resolve("named.png"));
        new Plot("Loss", "rate")
                .logarithmicX()
                .anySign()
                .line("adam", List.of(1e-5, 1e-2), List.of(2.0, -1.0))
                .writePng(folder.resolve("wide.png"));

        assertThat(has(ImageIO.read(folder.resolve("named.png").toFile()), FIRST_COLOUR))
                .isTrue();
        assertThat(has(ImageIO.read(folder.resolve("wide.png").toFile()), FIRST_COLOUR))
                .isTrue();
    }

    @Test
    void shouldBeEmptyWithoutAValue() {
        assertThat(new Plot("Loss", "task")
                        .line("nap", List.of(0.0), List.of(Double.NaN))
                        .isEmpty())
                .isTrue();
    }

    private static boolean has(BufferedImage image, int colour) {
        for (int row = 0; row < image.getHeight(); row++) {
            for (int column = 0; column < image.getWidth(); column++) {
                if ((image.getRGB(column, row) & 0xffffff) == colour) {
                    return true;
                }
            }
        }
        return false;
    }
}
