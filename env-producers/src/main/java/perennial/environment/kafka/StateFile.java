package perennial.environment.kafka;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.environment.EnvironmentException;
import perennial.environment.StateFolder;
import perennial.learning.weights.WholeFile;

/** The file that keeps the newest saved state of a stream's actors: the old content or the whole new one, whatever happens. */
final class StateFile {

    private final Path file;

    StateFile(Path folder, String stream) {
        String name = URLEncoder.encode(stream, StandardCharsets.UTF_8);
        this.file = folder.resolve(name + ".actors");
    }

    /** The content; null if there is no such file. */
    byte[] read() {
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : null;
        } catch (IOException e) {
            throw new EnvironmentException("cannot read the actors' state: file=" + file + " reason=\"" + e + "\"", e);
        }
    }

    void write(byte[] content) {
        try {
            StateFolder.make(file.toAbsolutePath().getParent());
            WholeFile.write(file, content);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot save the actors' state: file=" + file + " reason=\"" + e + "\"; make room or choose another"
                            + " state folder",
                    e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
