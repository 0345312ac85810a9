package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sweeps that come with the project, and the page that describes their grammar. */
class ReadySweepsTest {

    private static final Path SWEEPS = Path.of("sweeps");
    private static final Path PAGE = Path.of("..", "docs", "sweeps.md");

    static List<Path> sweeps() throws IOException {
        try (Stream<Path> files = Files.list(SWEEPS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("sweeps")
    void shouldHaveASmallSizeAndThePapers(Path file) {
        Sweep small = Sweep.load(file, Sweep.SMALL, Optional.empty(), List.of());
        // One seed is enough to see that every learner of that size is valid.
        Sweep paper = Sweep.load(file, "paper", Optional.empty(), List.of("seeds=[1]"));

        assertThat(file).hasFileName(small.name() + ".yaml");
        assertThat(small.results()).isNotEmpty();
        assertThat(records(paper)).isGreaterThan(10 * records(small));
        assertThat(small.seeds()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldDescribeEveryKey() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(Stream.of(SweepSection.class, ResultSection.class).flatMap(section -> Keys.of(section).stream()))
                .allSatisfy(key -> assertThat(page).contains("| `" + key.getName() + "` | "));
    }

    private static long records(Sweep sweep) {
        return sweep.configuration().ownRecords().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
