package perennial.jobs.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import perennial.jobs.UserException;

/** Finds the checkpoint or savepoint that a job is to go on from. */
public final class Checkpoints {

    private static final String METADATA = "_metadata";

    private Checkpoints() {}

    /**
     * What {@code --resume} means: a path as it is, or for {@code latest} the newest whole checkpoint or savepoint under
     * {@code stateFolder}.
     *
     * @param tell told of each newer one that is damaged and passed over, in a sentence
     */
    public static String resolve(String wish, Path stateFolder, Consumer<String> tell) {
        if (!wish.equals("latest")) {
            Path path = Path.of(wish.startsWith("file:") ? wish.substring("file:".length()) : wish);
            if (!wish.contains("://") && !Files.exists(path.resolve(METADATA)) && !path.endsWith(METADATA)) {
                throw UserException.failed("there is no checkpoint or savepoint at " + path
                        + ": a folder with a file _metadata is needed");
            }
            return wish.contains(":") ? wish : path.toAbsolutePath().toUri().toString();
        }
        return newest(stateFolder, tell)
                .orElseThrow(() -> UserException.failed(
                        "there is no whole checkpoint or savepoint under " + stateFolder + " to resume from"))
                .toAbsolutePath()
                .toUri()
                .toString();
    }

    /**
     * The checkpoint or savepoint that a path means: itself, or the newest under a folder of a job's state. One that is not of this
     * machine, such as {@code s3://...}, is taken as it is.
     *
     * @param tell told of each newer one that is damaged and passed over, in a sentence
     */
    public static String within(String path, Consumer<String> tell) {
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
        return newest(local, tell)
                .orElseThrow(() -> UserException.failed("there is no complete checkpoint or savepoint at " + local
                        + " or under it: a folder with a file _metadata is needed"))
                .toAbsolutePath()
                .toString();
    }

    /**
     * The newest folder under {@code stateFolder} that has a whole checkpoint or savepoint: files that a full disk cut short, or
     * that are missing, show before a job is begun with them.
     *
     * @param tell told of each newer one that is damaged and passed over, in a sentence
     */
    public static Optional<Path> newest(Path stateFolder, Consumer<String> tell) {
        return firstWhole(all(stateFolder), tell);
    }

    private static Optional<Path> firstWhole(List<Path> folders, Consumer<String> tell) {
        for (Path folder : folders) {
            Optional<String> damage = StoredCheckpoint.damage(folder);
            if (damage.isEmpty()) {
                return Optional.of(folder);
            }
            tell.accept("passed over a damaged checkpoint for the one before it: checkpoint=" + folder + " "
                    + damage.get());
        }
        return Optional.empty();
    }

    /**
     * The newest whole checkpoint or savepoint that is older than another one.
     *
     * @param other the other one, as {@link #resolve} gave it
     */
    public static Optional<Path> before(String other, Path stateFolder, Consumer<String> tell) {
        List<Path> all = all(stateFolder);
        Path folder = Path.of(URI.create(other));
        int index = all.stream().map(Path::toAbsolutePath).toList().indexOf(folder);
        return index < 0 ? Optional.empty() : firstWhole(all.subList(index + 1, all.size()), tell);
    }

    /** All folders under {@code stateFolder} that have a complete checkpoint or savepoint, whole or not, newest first. */
    public static List<Path> all(Path stateFolder) {
        if (!Files.isDirectory(stateFolder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(stateFolder)) {
            return files.filter(file -> file.endsWith(METADATA))
                    .sorted(Comparator.comparing(Checkpoints::modified).reversed())
                    .map(Path::getParent)
                    .toList();
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
