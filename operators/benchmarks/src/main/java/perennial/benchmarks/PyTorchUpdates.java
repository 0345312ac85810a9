package perennial.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The same updates in PyTorch, on one thread. Where the user has not chosen OpenBLAS's kernels, each case is tried once on those
 * that this project runs on and once on those for AVX2, which PyTorch's small products sometimes prefer; the faster ones count.
 */
public final class PyTorchUpdates implements Contestant, AutoCloseable {

    private static final String SCRIPT = "pytorch_updates.py";
    private static final String AVX2_KERNEL = "Haswell";

    private final String python;
    private final String chosenKernel;
    private final String ownKernel;
    private final Path script;
    private final Map<UpdateCase, String> kernels = new EnumMap<>(UpdateCase.class);

    private PyTorchUpdates(String python, String chosenKernel, String ownKernel, Path script) {
        this.python = python;
        this.chosenKernel = chosenKernel;
        this.ownKernel = ownKernel;
        this.script = script;
    }

    /**
     * The PyTorch of a Python.
     *
     * @param python path or name of a Python 3
     * @param chosenKernel OpenBLAS's kernels that the user wants; null leaves the choice to this class
     * @param ownKernel OpenBLAS's kernels that this project's updates run on
     * @throws BenchmarkException if that Python has no PyTorch
     */
    public static PyTorchUpdates with(String python, String chosenKernel, String ownKernel) {
        if (!TimedProcess.succeeds(List.of(python, "-c", "import torch"))) {
            throw new BenchmarkException(
                    "the comparison needs PyTorch, and " + python
                            + " has none: install the Debian packages python3-torch and libopenblas0-pthread, or leave out --compare");
        }
        try (InputStream source = PyTorchUpdates.class.getResourceAsStream(SCRIPT)) {
            Path script = Files.createTempFile("perennial", SCRIPT);
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
            return new PyTorchUpdates(python, chosenKernel, ownKernel, script);
        } catch (IOException e) {
            throw new BenchmarkException("PyTorch's side of the comparison cannot be written to a temporary file", e);
        }
    }

    @Override
    public Timing time(UpdateCase benchmark, double seconds) {
        String kernel = chosenKernel != null ? chosenKernel : kernels.get(benchmark);
        if (kernel != null) {
            return time(benchmark, seconds, kernel);
        }
        Timing best = time(benchmark, seconds, ownKernel);
        if (!ownKernel.equals(AVX2_KERNEL) && !ownKernel.equals("OpenBLAS")) {
            Timing other = time(benchmark, seconds, AVX2_KERNEL);
            best = other.microsPerUpdate() < best.microsPerUpdate() ? other : best;
        }
        kernels.put(benchmark, best.kernel());
        return best;
    }

    private Timing time(UpdateCase benchmark, double seconds, String kernel) {
        return TimedProcess.run(
                List.of(python, script.toString(), benchmark.id(), Double.toString(seconds)),
                Map.of(TimedProcess.CORE_TYPE, kernel));
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(script);
        } catch (IOException e) {
            // A temporary file that stays is no reason to fail after the measurements.
            script.toFile().deleteOnExit();
        }
    }
}
