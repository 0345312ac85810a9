package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.jobs.UserException;

/** Configurations and sweeps that somebody has damaged: read, or refused with a sentence, never with much memory. */
class ConfigurationFuzzTest {

    private static final int ROUNDS = 3_000;
    private static final long MOST_BYTES = 256L << 20;

    private static final String[] PIECES = {
        "",
        "~",
        "\"\"",
        "-1",
        "0",
        "1e999999999",
        "99999999999999999999",
        "0x7fffffff",
        "1_1",
        ".",
        ".nan",
        "[[[[[[[[",
        "{a: {a: {a: ",
        "*x",
        "&x a",
        "!!java.net.URL [x]",
        "<<: *x",
        "? a",
        "- ",
        "---",
        "%YAML 1.1",
        "\t",
        "\0",
        "\uFEFF",
        "\uD800",
        "|",
        ">-",
        "'",
        "\"",
        "#",
        "${env:HOME}",
        "${file:/dev/zero}",
        "type: nap",
        "\n  ",
        "true",
        "[1, 2, 3]",
        "2147483647",
        "9223372036854775807",
        "\u202e"
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(1);

    @Test
    void shouldRefuseOrReadDamagedConfigurations() throws IOException {
        List<String> texts = texts(Path.of("..", "docs", "examples"));
        for (int i = 0; i < ROUNDS; i++) {
            String damaged = damaged(texts.get(random.nextInt(texts.size())));
            check(damaged, () -> {
                Configuration configuration = Configuration.parse(damaged, "fuzz", List.of(), name -> null);
                configuration.effectiveYaml(true);
                configuration.learnersHash();
                if (!configuration.learners().isEmpty()) {
                    configuration.learnerSpecs();
                }
            });
        }
    }

    @Test
    void shouldRefuseOrReadDamagedSweeps() throws IOException {
        List<String> texts = texts(Path.of("sweeps"));
        for (int i = 0; i < ROUNDS / 30; i++) {
            String damaged = damaged(texts.get(random.nextInt(texts.size())));
            check(damaged, () -> Sweep.parse(damaged, "fuzz", Sweep.SMALL, Optional.empty(), List.of(), name -> null));
        }
    }

    @Test
    void shouldRefuseOrTakeAnyOverride() {
        String[] paths = {"learners[0].", "name", "kafka.", "flink.a", "[", "]", "..", "learners[999999]", "=", "x"};
        for (int i = 0; i < ROUNDS; i++) {
            String override = paths[random.nextInt(paths.length)]
                    + PIECES[random.nextInt(PIECES.length)]
                    + (random.nextBoolean() ? "=" : "")
                    + PIECES[random.nextInt(PIECES.length)];
            check(override, () -> Configuration.parse("name: x\n", "fuzz", List.of(override), name -> null));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1_", "a.", "1", "[", "{a: ", "- ", "a: {", "  ", "'", "\n", "é", "learners: [", "&a [*a, "})
    void shouldRefuseOrReadWhatIsRepeatedVeryOften(String piece) {
        String many = piece.repeat(200_000 / piece.length());
        for (String text : List.of(
                many,
                "name: " + many,
                "limits: {maxRecordBytes: " + many + "}",
                "learners: [{name: " + many + "}]",
                "flink: {" + many + ": 1}",
                many + ": 1")) {
            check("repeated " + piece, () -> Configuration.parse(text, "fuzz", List.of(), name -> null));
            check(
                    "repeated " + piece,
                    () -> Sweep.parse(text, "fuzz", Sweep.SMALL, Optional.empty(), List.of(), name -> null));
            check("repeated " + piece, () -> Configuration.parse("", "fuzz", List.of("name=" + text), name -> null));
            check("repeated " + piece, () -> Configuration.parse("", "fuzz", List.of(text + "=1"), name -> null));
        }
    }

    @Test
    void shouldRefuseASweepThatNoMemoryHolds() {
        StringBuilder text = new StringBuilder("name: s\nseeds: [1]\nlearner: {}\nvary:\n");
        for (int axis = 0; axis < 12; axis++) {
            text.append("  a" + "bcdefghijklm".charAt(axis) + ": {");
            for (int variant = 0; variant < 10; variant++) {
                text.append("v" + variant + ": {}, ");
            }
            text.append("}\n");
        }

        check(text.toString(), () -> {
            Sweep.parse(text.toString(), "fuzz", Sweep.SMALL, Optional.empty(), List.of(), name -> null);
            throw new AssertionError("a sweep of 1000000000000 learners was read");
        });
    }

    private void check(String what, Runnable read) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            read.run();
        } catch (UserException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("not refused with a sentence: " + what, e);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(what).isLessThan(MOST_BYTES);
    }

    private static List<String> texts(Path folder) throws IOException {
        List<String> texts = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                texts.add(Files.readString(file));
            }
        }
        assertThat(texts).isNotEmpty();
        return texts;
    }

    private String damaged(String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int changes = 1 + random.nextInt(3); changes > 0 && !damaged.isEmpty(); changes--) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(4)) {
                case 0 -> {
                    // The rest of a line, which is mostly a value.
                    int colon = damaged.indexOf(": ", at);
                    int end = colon < 0 ? -1 : damaged.indexOf("\n", colon);
                    if (end > 0) {
                        damaged.replace(colon + 2, end, PIECES[random.nextInt(PIECES.length)]);
                    }
                }
                case 1 -> damaged.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 2 -> damaged.delete(at, Math.min(damaged.length(), at + 1 + random.nextInt(20)));
                default -> damaged.setCharAt(at, (char) random.nextInt(0x250));
            }
        }
        return damaged.toString();
    }
}
