package perennial.learning.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The choice of OpenBLAS's matrix-product kernels. OpenBLAS chooses by processor model when it loads and, on models
 * younger than itself, falls back to its slowest kernels; this class chooses by the processor's abilities instead, for
 * Linux on x86-64. It must come before anything else that loads OpenBLAS, ND4J included. A value that the
 * user has set stands.
 */
final class BlasKernel {

    private static final Logger LOG = LoggerFactory.getLogger(BlasKernel.class);
    private static final String CORE_TYPE = "OPENBLAS_CORETYPE";
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private static String name;

    /** The library's own function, since the way of its Java face costs about as much as all else of a small learner's making. */
    private static Function setThreads;

    private BlasKernel() {}

    /** Loads OpenBLAS, once per JVM, sees to it that it uses one thread, and returns the name of the kernels that run. */
    static synchronized String load() {
        if (name == null) {
            choose();
            String library = Loader.load(openblas_nolapack.class);
            name = runningKernel(library);
            LOG.info("matrix products run on OpenBLAS kernels {}; set {} to choose others", name, CORE_TYPE);
        }
        // Each time: ND4J, which loads the same library, sets the number to that of the cores when it starts.
        if (setThreads == null) {
            openblas_nolapack.blas_set_num_threads(1);
        } else {
            setThreads.invokeVoid(new Object[] {1});
        }
        return name;
    }

    /** Puts the choice into the process environment, where the library looks when it loads. */
    static void choose() {
        if (!isLinuxOnX86() || !Files.isReadable(PROCESSORS)) {
            return;
        }
        try {
            String kernel = forProcessor(Files.readString(PROCESSORS));
            Function setenv = NativeLibrary.getProcess().getFunction("setenv");
            int overwrite = 0;
            if (kernel != null && setenv.invokeInt(new Object[] {CORE_TYPE, kernel, overwrite}) != 0) {
                LOG.warn("{} could not be set to {}: matrix products may be slow", CORE_TYPE, kernel);
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be read: OpenBLAS chooses its kernels itself", PROCESSORS, e);
        }
    }

    /**
     * The fastest kernels that a processor can run.
     *
     * @param processors what Linux writes in /proc/cpuinfo
     * @return a name that OpenBLAS 0.3.19 knows, or null to leave the choice to it
     */
    static String forProcessor(String processors) {
        Set<String> flags = processors
                .lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(line -> Set.copyOf(Arrays.asList(
                        line.substring(line.indexOf(':') + 1).strip().split("\\s+"))))
                .orElse(Set.of());
        if (flags.containsAll(Set.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma"))) {
            return "SkylakeX";
        }
        if (flags.containsAll(Set.of("avx2", "fma"))) {
            return "Haswell";
        }
        return flags.contains("avx") ? "Sandybridge" : null;
    }

    /** Asks the loaded library itself; its Java face leaves the function out. */
    private static String runningKernel(String bindings) {
        File[] libraries =
                new File(bindings).getParentFile().listFiles((folder, file) -> file.startsWith("libopenblas"));
        if (libraries != null) {
            for (File library : libraries) {
                try {
                    NativeLibrary functions = NativeLibrary.getInstance(library.getPath());
                    String kernel =
                            functions.getFunction("openblas_get_corename").invokeString(new Object[0], false);
                    setThreads = functions.getFunction("openblas_set_num_threads");
                    return kernel;
                } catch (UnsatisfiedLinkError e) {
                    LOG.debug("{} does not tell its kernels", library, e);
                }
            }
        }
        String chosen = System.getenv(CORE_TYPE);
        return chosen == null ? "OpenBLAS" : chosen;
    }

    private static boolean isLinuxOnX86() {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return System.getProperty("os.name").startsWith("Linux")
                && (architecture.equals("amd64") || architecture.equals("x86_64"));
    }
}
