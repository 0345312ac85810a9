package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter printed = new StringWriter();
    private final StringWriter complaints = new StringWriter();

    @Test
    void shouldTimeACaseAlone() {
        assertThat(bench("c51-minatar", "--seconds", "0.01", "--rounds", "2")).isZero();

        List<String> lines = printed.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("case").contains("updates/s");
        assertThat(lines.get(1)).matches("c51-minatar +[0-9.]+ \\([0-9.]+, [0-9.]+\\)( +[0-9.]+){3} +\\S+");
    }

    @Test
    void shouldCompareWithAPyTorchThatTakes1e7Microseconds() throws IOException {
        Path python = Files.writeString(
                folder.resolve("python"), "#!/bin/sh\necho kernel=$OPENBLAS_CORETYPE\necho microsPerUpdate=1e7\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));

        int code = bench(
                "sn-dqn-minatar", "--compare", "--seconds", "0.01", "--rounds", "1", "--python", python.toString());

        assertThat(code).isZero();
        assertThat(printed.toString().lines().toList().get(1))
                .contains("10000000 (10000000, 10000000)")
                .matches("sn-dqn-minatar .*\\) +[0-9]+\\.[0-9]{2} +\\S+, \\S+");
    }

    @Test
    void shouldSayWhatTheComparisonNeeds() {
        int code = bench("c51-minatar", "--compare", "--seconds", "0.01", "--python", "/bin/false");

        assertThat(code).isEqualTo(1);
        assertThat(complaints.toString())
                .contains("install the Debian packages python3-torch and libopenblas0-pthread");
    }

    @Test
    void shouldRefuseWhatCannotBeTimed() {
        assertThat(bench("nap")).isEqualTo(2);
        assertThat(bench("--seconds", "0")).isEqualTo(2);
        assertThat(bench("--seconds", "NaN")).isEqualTo(2);
        assertThat(bench("--rounds", "0")).isEqualTo(2);

        assertThat(complaints.toString())
                .contains("case=nap", "nap-mlp, plain-mlp")
                .contains("--seconds=0.0", "--seconds=NaN", "--rounds=0");
    }

    @Test
    void shouldRefuseJobsThatCannotBeMeasured() {
        assertThat(bench("job", "mlp")).isEqualTo(2);
        assertThat(bench("job", "--updates", "1")).isEqualTo(2);
        assertThat(bench("intake", "--records", "0")).isEqualTo(2);
        assertThat(bench("scaling", "--events", "intake")).isEqualTo(2);
        assertThat(bench("scaling", "--rounds", "0")).isEqualTo(2);
        assertThat(bench("checkpoint", "atari")).isEqualTo(2);
        assertThat(bench("checkpoint", "--interval", "0")).isEqualTo(2);
        assertThat(bench("memory", "--learners", "0")).isEqualTo(2);
        assertThat(bench("start", "--rounds", "-1")).isEqualTo(2);

        assertThat(complaints.toString())
                .contains("case=mlp", "known: nap-mlp, dqn-minatar, dqn-large", "case=atari")
                .contains("--updates must be at least 2: found=1", "--records must be at least 8: found=0")
                .contains("--events must be of direct, own, kafka: found=intake")
                .contains("--interval must be at least 1: found=0", "--learners must be at least 1: found=0")
                .contains("--rounds must be at least 1: found=0", "--rounds must be at least 1: found=-1");
    }

    private int bench(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "bench";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        CommandLine command = Perennial.commandLine()
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(complaints, true));
        return command.execute(all);
    }
}
