package perennial.jobs.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import perennial.jobs.PythonProgram;
import perennial.jobs.cli.Perennial;

/**
 * Somebody who types the commands of one page, all of them and in order, in a copy of the project's folder.
 *
 * <p>What differs from what a reader types: {@code localhost:9092} is the address of a port that is free, web pages listen at any port, and
 * {@code ./perennial} runs the classes that were just built. Calls that end by themselves share one process.
 */
final class Walkthrough implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ADDRESS = "localhost:9092";

    private final Path folder;
    private final int port;
    private final Deque<DocumentedCommand> left;
    private final List<Terminal> terminals = new ArrayList<>();
    private final List<Path> links = new ArrayList<>();
    private final Process server;
    private final PrintWriter commands;
    private final BufferedReader exitCodes;
    private int outputs;

    /** A command that goes on in a terminal of its own. */
    final class Terminal {
        private final Process process;
        private final Path output;

        private Terminal(Process process, Path output) {
            this.process = process;
            this.output = output;
        }

        /** What it has printed so far. */
        String output() {
            return text(output);
        }

        /** Waits until it has printed something. */
        Terminal await(String... expected) {
            Awaitility.await().atMost(PATIENCE).until(() -> {
                String shown = output();
                assertThat(process.isAlive() || containsAll(shown, expected))
                        .as(shown)
                        .isTrue();
                return containsAll(shown, expected);
            });
            return this;
        }

        /** Ctrl-C: it ends, and has said something. */
        void interrupt(String... expected) {
            process.destroy();
            end(expected);
        }

        /** {@code kill -9}. */
        void kill() {
            process.destroyForcibly();
            end();
        }

        private void end(String... expected) {
            Awaitility.await().atMost(PATIENCE).until(() -> !process.isAlive());
            for (String text : expected) {
                assertThat(output()).contains(text);
            }
        }
    }

    /** At the beginning of a page, in a new folder. */
    Walkthrough(String page, Path folder) throws IOException {
        this(page, folder, freePort());
    }

    /** At the beginning of a page whose broker is there already. */
    Walkthrough(String page, Path folder, int brokerPort) throws IOException {
        this.folder = folder;
        this.left = new ArrayDeque<>(DocumentedCommand.of(page));
        this.port = brokerPort;
        copyProject();
        List<String> command = java(List.of("-Xmx1g"), CommandServer.class);
        server = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("server.txt").toFile())
                .start();
        commands = new PrintWriter(server.outputWriter(StandardCharsets.UTF_8), true);
        exitCodes = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The address that stands for the page's. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** The folder that commands are typed in. */
    Path folder() {
        return folder;
    }

    /** Types the page's next command, which must be this one; it ends well, and prints what is expected. */
    String run(String expectedCommand, String... expectedOutput) throws Exception {
        return run(0, expectedCommand, "", expectedOutput);
    }

    /** {@link #run} with options added that make it shorter than a reader's. */
    String runScaled(String expectedCommand, String options, String... expectedOutput) throws Exception {
        return run(0, expectedCommand, options, expectedOutput);
    }

    /** {@link #run} of a command that fails, as the page says. */
    String fail(int exitCode, String expectedCommand, String... expectedOutput) throws Exception {
        return run(exitCode, expectedCommand, "", expectedOutput);
    }

    /** Brings about what the page is about: a command that does not stand on it. */
    String provoke(String command) throws Exception {
        return run(0, new DocumentedCommand("provoked", 0, command), "");
    }

    /** Waits until committed readers see a report: the beginning of its line as CSV. */
    void awaitCommitted(String report) {
        awaitReports("", report);
    }

    /** Waits until {@code metrics export} with such options has a report: the beginning of its line as CSV. */
    void awaitReports(String options, String report) {
        // Each look reads the whole topic, on processors that the job wants.
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> provoke(
                        "./perennial metrics export -b localhost:9092 " + options)
                .lines()
                .anyMatch(line -> line.startsWith(report)));
    }

    private String run(int exitCode, String expectedCommand, String options, String... expectedOutput)
            throws Exception {
        return run(exitCode, next(expectedCommand), options, expectedOutput);
    }

    private String run(int exitCode, DocumentedCommand command, String options, String... expectedOutput)
            throws Exception {
        String text = mapped(command.text() + (options.isEmpty() ? "" : " " + options));
        Path output = output();
        int code = command.isCall() ? call(text, output) : shell(text, output);
        String shown = text(output);
        assertThat(code).as("%s%n%s", command, shown).isEqualTo(exitCode);
        for (String expected : expectedOutput) {
            assertThat(shown).as(command.toString()).contains(expected);
        }
        return shown;
    }

    /** Types the page's next command, which must be this one, in a terminal of its own, and waits until it has printed what is expected. */
    Terminal start(String expectedCommand, String... expectedOutput) throws IOException {
        return startScaled(expectedCommand, "", expectedOutput);
    }

    /** {@link #provoke} in a terminal of its own. */
    Terminal provokeTerminal(String command, String... expectedOutput) throws IOException {
        return start(new DocumentedCommand("provoked", 0, command), "", expectedOutput);
    }

    /** {@link #start} with options added. */
    Terminal startScaled(String expectedCommand, String options, String... expectedOutput) throws IOException {
        return start(next(expectedCommand), options, expectedOutput);
    }

    private Terminal start(DocumentedCommand command, String options, String... expectedOutput) throws IOException {
        String text = mapped(command.text() + (options.isEmpty() ? "" : " " + options));
        Path output = output();
        Terminal terminal = new Terminal(shellProcess("exec " + text, output), output);
        terminals.add(terminal);
        return terminal.await(expectedOutput);
    }

    /** The page has a command that this walk leaves out, since it is run elsewhere. */
    void pass(String expectedCommand) {
        next(expectedCommand);
    }

    /** The page has no more commands. */
    void end() {
        assertThat(left).as("commands that nobody has typed").isEmpty();
    }

    private DocumentedCommand next(String expected) {
        DocumentedCommand command = left.poll();
        assertThat(command).as("the page ends before: %s", expected).isNotNull();
        assertThat(command.text()).as(command.toString()).isEqualTo(expected);
        return command;
    }

    private String mapped(String text) {
        String mapped = text.replace(ADDRESS, address());
        if (text.startsWith("./perennial run ") || text.startsWith("./perennial demo")) {
            mapped += " --port 0";
        }
        if (text.contains("--broker")) {
            mapped += " --kafka-port " + port;
        }
        return mapped;
    }

    private int call(String text, Path output) throws IOException {
        commands.println(
                output + "\t" + String.join("\t", DocumentedCommand.words(text.substring("./perennial".length()))));
        Awaitility.await(text).atMost(PATIENCE).until(() -> exitCodes.ready() || !server.isAlive());
        String exitCode = exitCodes.readLine();
        assertThat(exitCode).as(text(folder.resolve("server.txt"))).isNotNull();
        return Integer.parseInt(exitCode);
    }

    private int shell(String text, Path output) throws Exception {
        Process process = shellProcess(text, output);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("%s%n%s", text, text(output))
                .isTrue();
        return process.exitValue();
    }

    private Process shellProcess(String text, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", text)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, first) -> first + File.pathSeparator + path);
        return builder.start();
    }

    private Path output() {
        return folder.resolve("output-" + ++outputs + ".txt");
    }

    /** What the commands of the pages need of the project's folder, and Kafka's console tools as its distribution has them. */
    private void copyProject() throws IOException {
        copy(Path.of("docs", "examples"));
        copy(Path.of("jobs", "sweeps"));
        link(Path.of("jobs", "target"));
        link(Path.of("schemas"));
        script("perennial", java(List.of("-Xmx1g"), Perennial.class));
        script("bin/kafka-transactions", java(List.of(), "org.apache.kafka.tools.TransactionsCommand"));
        script(
                "bin/kafka-consumer-groups",
                java(List.of(), "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"));
        script("bin/kafka-console-producer", java(List.of(), "org.apache.kafka.tools.ConsoleProducer"));
        script("bin/kafka-console-consumer", java(List.of(), "org.apache.kafka.tools.consumer.ConsoleConsumer"));
        script("bin/java", java());
        script("bin/python3", List.of(PythonProgram.path()));
    }

    private static List<String> java(List<String> options, Class<?> main) {
        return java(options, main.getName());
    }

    private static List<String> java(List<String> options, String main) {
        List<String> command = new ArrayList<>(java());
        command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        return command;
    }

    /** A JVM that does not live long enough for more threads and more compilation to pay. */
    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1");
    }

    private void script(String name, List<String> command) throws IOException {
        Path script = folder.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(
                script,
                "#!/usr/bin/env bash\nexec "
                        + command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "))
                        + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void link(Path relative) throws IOException {
        Path link = folder.resolve(relative);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, DocumentedCommand.PROJECT.resolve(relative));
        links.add(link);
    }

    private void copy(Path relative) throws IOException {
        Path from = DocumentedCommand.PROJECT.resolve(relative);
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = folder.resolve(relative).resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(target, Files.readString(file).replace(ADDRESS, address()));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean containsAll(String text, String... expected) {
        return List.of(expected).stream().allMatch(text::contains);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Terminal terminal : terminals) {
            terminal.process.destroyForcibly();
        }
        server.destroyForcibly();
        // Whoever removes the folder does not wonder where they lead.
        for (Path link : links) {
            Files.delete(link);
        }
    }
}
