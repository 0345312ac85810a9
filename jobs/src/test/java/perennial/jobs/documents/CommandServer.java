package perennial.jobs.documents;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.jobs.cli.Perennial;

/**
 * Runs {@code perennial} again and again in one process: a command needs no JVM of its own, and the process may stand in whatever folder the
 * commands are for.
 *
 * <p>A line of standard input is one command: the file for its output, and its arguments, with tabs between them. A line of standard output
 * is its exit code.
 */
final class CommandServer {

    private CommandServer() {}

    public static void main(String[] arguments) throws IOException {
        System.setProperty("java.awt.headless", "true");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split("\t");
            String[] command = java.util.Arrays.copyOfRange(words, 1, words.length);
            try (PrintWriter output = new PrintWriter(Files.newBufferedWriter(Path.of(words[0])), true)) {
                int exitCode =
                        Perennial.commandLine().setOut(output).setErr(output).execute(command);
                System.out.println(exitCode);
            }
        }
    }
}
