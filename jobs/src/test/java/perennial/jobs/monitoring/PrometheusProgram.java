package perennial.jobs.monitoring;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One of Prometheus's programs: from the environment, the path, or the folder that the build has put it in. */
final class PrometheusProgram {

    private static final Path UNPACKED = Path.of("target", "prometheus", "usr", "bin");

    private final Path program;

    /** @param name prometheus or promtool */
    PrometheusProgram(String name) {
        program = Optional.ofNullable(System.getenv(name.toUpperCase(java.util.Locale.ROOT)))
                .map(Path::of)
                .or(() -> Stream.concat(
                                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                        .map(Path::of),
                                Stream.of(UNPACKED))
                        .map(folder -> folder.resolve(name).toAbsolutePath())
                        .filter(Files::isExecutable)
                        .findFirst())
                .orElseThrow(
                        () -> new IllegalStateException(
                                "the tests of monitoring need " + name
                                        + ": install it (Debian: the package prometheus), or set PROMETHEUS and PROMTOOL to where they are"));
    }

    /** Starts it; what it prints goes to {@code output}. */
    Process start(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Runs it to its end: its exit code, and what it printed. */
    Result run(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("promtool-", ".txt");
        try {
            int exitCode = start(output, arguments).waitFor();
            return new Result(exitCode, new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    record Result(int exitCode, String output) {}
}
