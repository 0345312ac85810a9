package perennial.jobs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The Python that runs the documents' examples: the one that {@code PYTHON} names, the path's, or Debian's own where another comes first. */
public final class PythonProgram {

    private static final String NEEDED = "import numpy, avro, confluent_kafka";

    private PythonProgram() {}

    /** Its absolute path. */
    public static String path() {
        return Stream.of(
                        Optional.ofNullable(System.getenv("PYTHON")),
                        Optional.of("python3"),
                        Optional.of("/usr/bin/python3"))
                .flatMap(Optional::stream)
                .filter(PythonProgram::hasWhatIsNeeded)
                .findFirst()
                .map(PythonProgram::onPath)
                .orElseThrow(() ->
                        new IllegalStateException("a Python with the packages numpy, avro and confluent_kafka is needed"
                                + " (Debian: apt-get install python3-numpy python3-avro python3-confluent-kafka)"));
    }

    private static boolean hasWhatIsNeeded(String python) {
        try {
            return new ProcessBuilder(python, "-c", NEEDED)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The program itself, since a script of its name may come before it. */
    private static String onPath(String program) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
            Path file = Path.of(directory).resolve(program);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        return program;
    }
}
