package perennial.jobs.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.jobs.UserException;

/** Finds the checkpoint or savepoint that a job is to go on from. */
public final class Checkpoints {

    private static final String METADATA = "_metadata";

    private Checkpoints() {}

    /**
     * What {@code --resume} means: a path as it is, or for {@code latest} the newest complete checkpoint or savepoint under
     * {@code stateFolder}.
     */
    public static String resolve(String wish, Path stateFolder) {
        if (!wish.equals("latest")) {
            Path path = Path.of(wish.startsWith("file:") ? wish.substring("file:".length()) : wish);
            if (!wish.contains("://") && !Files.exists(path.resolve(METADATA)) && !path.endsWith(METADATA)) {
                throw UserException.failed("there is no checkpoint or savepoint at " + path
                        + ": a folder with a file _metadata is needed");
            }
            return wish.contains(":") ? wish : path.toAbsolutePath().toUri().toString();
        }
        return newest(stateFolder)
                .orElseThrow(() -> UserException.failed(
                        "there is no complete checkpoint or savepoint under " + stateFolder + " to resume from"))
                .toAbsolutePath()
                .toUri()
                .toString();
    }

    /** The newest folder under {@code stateFolder} that has a complete checkpoint or savepoint. */
    public static Optional<Path> newest(Path stateFolder) {
        if (!Files.isDirectory(stateFolder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(stateFolder)) {
            return files.filter(file -> file.endsWith(METADATA))
                    .max(Comparator.comparing(Checkpoints::modified))
                    .map(Path::getParent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
