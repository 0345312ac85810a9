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

    /**
     * The checkpoint or savepoint that a path means: itself, or the newest under a folder of a job's state. One that is not of this
     * machine, such as {@code s3://...}, is taken as it is.
     */
    public static String within(String path) {
        if (path.matches("[A-Za-z][A-Za-z0-9+.-]+://.*") && !path.startsWith("file://")) {
            return path;
        }
        Path local = Path.of(path.replaceFirst("^file:(//)?", ""));
        if (!Files.exists(local)) {
            throw UserException.failed("there is nothing at " + local
                    + ": give the folder of a checkpoint or savepoint, or of a job's state");
        }
        if (Files.isDirectory(local) ? Files.exists(local.resolve(METADATA)) : local.endsWith(METADATA)) {
            return local.toAbsolutePath().toString();
        }
        return newest(local)
                .orElseThrow(() -> UserException.failed("there is no complete checkpoint or savepoint at " + local
                        + " or under it: a folder with a file _metadata is needed"))
                .toAbsolutePath()
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
