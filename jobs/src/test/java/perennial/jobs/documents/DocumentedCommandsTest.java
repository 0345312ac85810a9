package perennial.jobs.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.jobs.cli.Perennial;
import picocli.CommandLine;

/**
 * Every command of the documents is one that there is, and is run by a test: those of the pages that a {@link Walkthrough} walks through as
 * they stand, all others by the test that {@code run-elsewhere.txt} names.
 */
class DocumentedCommandsTest {

    private static final Path ELSEWHERE = Path.of("src/test/resources/perennial/jobs/documents/run-elsewhere.txt");
    private static final Pattern SPAN = Pattern.compile("(?<!`)`([^`]+)`(?!`)");
    private static final Pattern LINK = Pattern.compile("!?\\[[^]]*]\\(([^)\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern WALK = Pattern.compile("new Walkthrough\\(\\s*\"([^\"]+)\"");

    static List<String> pages() {
        return DocumentedCommand.pages();
    }

    static List<DocumentedCommand> commands() {
        return pages().stream()
                .flatMap(page -> DocumentedCommand.of(page).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldBeWellFormed(DocumentedCommand command) {
        for (List<String> arguments : command.calls()) {
            Perennial.commandLine().parseArgs(arguments.toArray(String[]::new));
        }
        for (String word : DocumentedCommand.words(command.text())) {
            if (word.matches("(docs|deploy|jobs)/[^*]*") && !word.startsWith("jobs/target/")) {
                assertThat(DocumentedCommand.PROJECT.resolve(word))
                        .as(command.toString())
                        .exists();
            }
        }
    }

    @Test
    void shouldBeRunByATest() throws IOException {
        Map<String, String> elsewhere = new HashMap<>();
        for (String line : Files.readAllLines(ELSEWHERE)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\\s*<-\\s*", 2);
                assertThat(parts).as(line).hasSize(2);
                elsewhere.put(parts[1], parts[0]);
            }
        }
        List<String> walkedThrough = walkedThrough();
        Set<String> needed = commands().stream()
                .filter(command -> !walkedThrough.contains(command.page()))
                .map(DocumentedCommand::text)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(new TreeSet<>(elsewhere.keySet()))
                .as("each command of a page that no test walks through needs a line in %s", ELSEWHERE)
                .isEqualTo(needed);
        assertThat(tests().keySet()).containsAll(elsewhere.values());
        assertThat(pages()).containsAll(walkedThrough);
    }

    /** The pages whose commands the integration tests beside this test type. */
    private static List<String> walkedThrough() {
        return tests().values().stream()
                .filter(test -> test.getParent().endsWith("documents")
                        && test.toString().endsWith("ITCase.java"))
                .flatMap(test -> WALK.matcher(text(test)).results().map(walk -> walk.group(1)))
                .toList();
    }

    /** Calls inside sentences and tables may have words that stand for others; the commands and options must be there. */
    @ParameterizedTest
    @MethodSource("pages")
    void shouldNameOnlyCommandsAndOptionsThatThereAre(String page) {
        String text = String.join("\n", DocumentedCommand.read(page));
        SPAN.matcher(FENCE.matcher(text).replaceAll(""))
                .results()
                .map(span -> span.group(1))
                .filter(span -> span.startsWith("./perennial "))
                .flatMap(span -> DocumentedCommand.calls(span).stream())
                .forEach(arguments -> shouldBeThere(page, arguments));
    }

    private static void shouldBeThere(String page, List<String> arguments) {
        CommandLine command = Perennial.commandLine();
        for (String word : arguments) {
            if (word.startsWith("-")) {
                assertThat(command.getCommandSpec().optionsMap())
                        .as("%s: ./perennial %s", page, String.join(" ", arguments))
                        .containsKey(word.replaceAll("=.*", ""));
            } else if (command.getSubcommands().containsKey(word)) {
                command = command.getSubcommands().get(word);
            } else {
                assertThat(command.getParent() == null)
                        .as("%s: ./perennial %s: there is no command %s", page, String.join(" ", arguments), word)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void shouldLinkOnlyToWhatThereIs(String page) {
        Path folder = DocumentedCommand.PROJECT.resolve(page).getParent();
        List<String> broken = LINK.matcher(FENCE.matcher(String.join("\n", DocumentedCommand.read(page)))
                        .replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.contains("://"))
                .filter(link -> !isThere(DocumentedCommand.PROJECT.resolve(page), folder, link))
                .toList();

        assertThat(broken).as("links of %s that lead nowhere", page).isEmpty();
    }

    private static boolean isThere(Path page, Path folder, String link) {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty() ? page : folder.resolve(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length < 2 || anchors(file).contains(parts[1]);
    }

    private static Set<String> anchors(Path file) {
        return DocumentedCommand.read(DocumentedCommand.PROJECT.relativize(file).toString()).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase().replaceAll("[^\\p{L}\\p{N} _-]", ""))
                .map(heading -> heading.replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** Every page is found by a reader who begins at the README, in at most two steps. */
    @Test
    void shouldListEveryPage() {
        Set<String> listed = new HashSet<>(Arrays.asList("README.md", "docs/README.md"));
        for (String index : List.of("README.md", "docs/README.md")) {
            Path folder = DocumentedCommand.PROJECT.resolve(index).getParent();
            listed.addAll(LINK.matcher(String.join("\n", DocumentedCommand.read(index)))
                    .results()
                    .map((MatchResult link) -> link.group(1).replaceAll("#.*", ""))
                    .filter(link -> !link.isEmpty() && !link.contains("://"))
                    .map(link -> DocumentedCommand.PROJECT
                            .relativize(folder.resolve(link).normalize())
                            .toString())
                    .toList());
        }

        assertThat(listed).containsAll(pages());
    }

    /** The classes of this module's tests by their names. */
    private static Map<String, Path> tests() {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            file -> file,
                            (one, other) -> one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
