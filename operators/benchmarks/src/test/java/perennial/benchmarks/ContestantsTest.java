package perennial.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.benchmarks.Contestant.Timing;

class ContestantsTest {

    @TempDir
    private Path folder;

    @Test
    void shouldTimeOurSideInAProcessOfItsOwn() {
        Timing timing = new OwnUpdates().time(UpdateCase.SN_DQN_MINATAR, 0.01);

        assertThat(timing.microsPerUpdate()).isPositive();
        assertThat(timing.productMicros()).isPositive();
        assertThat(timing.kernel()).isNotEmpty();
    }

    @Test
    void shouldSayWhatToInstallWherePyTorchIsMissing() throws IOException {
        Path python = python("exit 1");

        assertThatThrownBy(() -> PyTorchUpdates.with(python.toString(), null, "Haswell"))
                .isInstanceOf(BenchmarkException.class)
                .hasMessageContaining("python3-torch")
                .hasMessageContaining("libopenblas0-pthread");
        assertThatThrownBy(() -> PyTorchUpdates.with(folder.resolve("absent").toString(), null, "Haswell"))
                .isInstanceOf(BenchmarkException.class)
                .hasMessageContaining("python3-torch");
    }

    @Test
    void shouldCompareWithTheKernelsOnWhichPyTorchIsFaster() throws IOException {
        Path log = folder.resolve("log");
        Path python = python("""
                [ "$1" = -c ] && exit 0
                echo "$OPENBLAS_CORETYPE $OMP_NUM_THREADS $2 $3" >> %s
                echo "kernel=$OPENBLAS_CORETYPE"
                [ "$OPENBLAS_CORETYPE" = Haswell ] && echo microsPerUpdate=7.5 || echo microsPerUpdate=9
                """.formatted(log));

        try (PyTorchUpdates torch = PyTorchUpdates.with(python.toString(), null, "SkylakeX")) {
            assertThat(torch.time(UpdateCase.NAP_MLP, 2)).isEqualTo(new Timing("Haswell", 7.5, Double.NaN));
            assertThat(torch.time(UpdateCase.NAP_MLP, 2)).isEqualTo(new Timing("Haswell", 7.5, Double.NaN));
        }

        assertThat(Files.readAllLines(log))
                .containsExactly("SkylakeX 1 nap-mlp 2.0", "Haswell 1 nap-mlp 2.0", "Haswell 1 nap-mlp 2.0");
    }

    @Test
    void shouldLeaveTheKernelsToTheUser() throws IOException {
        Path python = python("""
                [ "$1" = -c ] && exit 0
                echo "kernel=$OPENBLAS_CORETYPE"
                echo microsPerUpdate=1
                """);

        try (PyTorchUpdates torch = PyTorchUpdates.with(python.toString(), "Zen", "SkylakeX")) {
            assertThat(torch.time(UpdateCase.NAP_MLP, 2)).isEqualTo(new Timing("Zen", 1, Double.NaN));
        }
    }

    @Test
    void shouldShowWhatAFailedProcessPrinted() throws IOException {
        Path python = python("""
                [ "$1" = -c ] && exit 0
                echo no memory
                exit 3
                """);

        try (PyTorchUpdates torch = PyTorchUpdates.with(python.toString(), null, "Haswell")) {
            assertThatThrownBy(() -> torch.time(UpdateCase.NAP_MLP, 2))
                    .isInstanceOf(BenchmarkException.class)
                    .hasMessageContaining("exitCode=3")
                    .hasMessageContaining("no memory");
        }
    }

    private Path python(String body) throws IOException {
        Path script = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + body);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
