package perennial.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A job goes on from the savepoints of every release as it did when that release was made. */
class ReleasedSavepointsITCase {

    /** How far the mean loss of the updates may be from the recorded one where the recorded kernels cannot run. */
    private static final double TOLERANCE = 0.1;

    @TempDir
    private Path work;

    private static Stream<Path> forms() throws IOException {
        List<Path> forms = new ArrayList<>();
        for (Path release : ReleasedSavepoints.releases()) {
            forms.addAll(ReleasedSavepoints.forms(release));
        }
        return forms.stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void shouldGoOnAsItDidWhenTheReleaseWasMade(Path form) throws Exception {
        List<String> expected = Files.readAllLines(form.resolve(ReleasedSavepoints.EXPECTED));

        List<String> found = ReleasedSavepoints.child(work, ReleasedSavepoints.Replay.class, form.toAbsolutePath())
                .lines()
                .toList();

        assertThat(expected)
                .isNotEmpty()
                .allMatch(line -> line.contains(" updates=" + ReleasedSavepoints.UPDATES + " "));
        if (kernels(found).equals(kernels(expected))) {
            assertThat(found).isEqualTo(expected);
        } else {
            // Another architecture: the same learners, with numbers that are rounded otherwise.
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).replaceFirst(" meanLoss.*", ""))
                        .isEqualTo(expected.get(i).replaceFirst(" meanLoss.*", ""));
                assertThat(meanLoss(found.get(i)))
                        .isCloseTo(meanLoss(expected.get(i)), within(TOLERANCE * meanLoss(expected.get(i))));
            }
        }
    }

    @Test
    void shouldHaveASavepointOfEachFormThatIsSmall() throws IOException {
        assertThat(forms().map(form -> form.getFileName().toString()))
                .contains("examples", "transitions", "own-sources");
        for (Path form : forms().toList()) {
            assertThat(Files.size(form.resolve(ReleasedSavepoints.METADATA))).isLessThan(100_000);
        }
    }

    private static List<String> kernels(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst(".* kernel=", "")).toList();
    }

    private static double meanLoss(String line) {
        return Double.parseDouble(line.replaceFirst(".* meanLoss=", "").replaceFirst(" .*", ""));
    }
}
