package perennial.environment.ale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder that only this user may enter, removed with all files in it when closed. */
final class PrivateFolder implements AutoCloseable {

    private final Path path;

    PrivateFolder() throws IOException {
        // Java creates it for the owner alone.
        path = Files.createTempDirectory("perennial-ale-");
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(path)) {
            files = found.toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(path);
    }
}
