package perennial.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder of a name that nobody can foresee, which only its owner may enter, and which is removed with all that is in it. */
public final class TemporaryFolder implements AutoCloseable {

    private final Path path;

    /**
     * Makes one where temporary files go.
     *
     * @param prefix what its name begins with
     * @param purpose what it is for, to begin a sentence
     */
    public TemporaryFolder(String prefix, String purpose) {
        try {
            // Java makes it for its owner alone.
            path = Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw UserException.failed(
                    purpose + " needs a folder that it can write: folder=" + System.getProperty("java.io.tmpdir")
                            + " error=" + e + "; make room there, or set java.io.tmpdir to another folder",
                    e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        remove(path);
    }

    /** Removes a folder with all that is in it, but not what links lead to. Files that vanish meanwhile are no trouble. */
    public static void remove(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
                    if (error instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw error;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException error) throws IOException {
                    if (error != null) {
                        throw error;
                    }
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary folder cannot be removed: folder=" + folder, e);
        }
    }
}
