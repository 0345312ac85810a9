package perennial.jobs.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command as a page of the documents has it, in a block that is marked {@code sh}: one line, or several that end with a backslash, without
 * the comment behind it.
 *
 * @param page the page, from the project's folder
 * @param line of the page, counted from 1
 * @param text the command
 */
record DocumentedCommand(String page, int line, String text) {

    /** The project's folder; tests run in that of their module. */
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern COMMENT = Pattern.compile("\\s+#\\s.*$");
    private static final Pattern PERENNIAL =
            Pattern.compile("(?:^|\\s)\\./perennial((?:'[^']*'|\"[^\"]*\"|[^|>&;'\"])*)");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|\\S)+");

    /** All pages that have commands: the README, that of the folder deploy, and the documents. */
    static List<String> pages() {
        try (Stream<Path> documents = Files.walk(PROJECT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(PROJECT.resolve("README.md"), PROJECT.resolve("deploy/README.md")),
                            documents.filter(file -> file.toString().endsWith(".md")))
                    .map(file -> PROJECT.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commands of a page, in its order. */
    static List<DocumentedCommand> of(String page) {
        List<DocumentedCommand> commands = new ArrayList<>();
        boolean inside = false;
        int first = 0;
        StringBuilder command = new StringBuilder();
        List<String> lines = read(page);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                inside = line.equals("```sh");
            } else if (inside) {
                String text = COMMENT.matcher(line).replaceFirst("").strip();
                if (command.isEmpty()) {
                    first = i + 1;
                }
                if (text.endsWith("\\")) {
                    command.append(text, 0, text.length() - 1).append(' ');
                } else if (!text.isEmpty() && !text.startsWith("#")) {
                    commands.add(new DocumentedCommand(
                            page, first, command.append(text).toString().replaceAll(" {2,}", " ")));
                    command.setLength(0);
                }
            }
        }
        return commands;
    }

    static List<String> read(String page) {
        try {
            return Files.readAllLines(PROJECT.resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it is one call of {@code ./perennial}, with nothing that only a shell understands. */
    boolean isCall() {
        Matcher call = PERENNIAL.matcher(text);
        return call.matches() && text.indexOf('$') < 0;
    }

    /** The arguments of each call of {@code ./perennial} in it. */
    List<List<String>> calls() {
        return calls(text);
    }

    /** The arguments of each call of {@code ./perennial} in a text. */
    static List<List<String>> calls(String text) {
        List<List<String>> calls = new ArrayList<>();
        Matcher call = PERENNIAL.matcher(text);
        while (call.find()) {
            calls.add(words(call.group(1)));
        }
        return calls;
    }

    /** The words of a command without operators of the shell. */
    static List<String> words(String text) {
        return WORD.matcher(text)
                .results()
                .map(word -> word.group().replaceAll("['\"]", ""))
                .toList();
    }

    @Override
    public String toString() {
        return page + ":" + line + ": " + text;
    }
}
