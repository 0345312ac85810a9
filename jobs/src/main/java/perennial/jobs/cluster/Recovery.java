package perennial.jobs.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import perennial.jobs.UserException;

/**
 * Where a JobManager that is started goes on: at the newest complete checkpoint or savepoint on disk. Flink's own record of the
 * newest checkpoint would need ZooKeeper or Kubernetes; with one JobManager at a time the folders themselves say it. Used while no
 * JobManager runs.
 */
final class Recovery {

    private static final String METADATA = "_metadata";
    private static final String CHECKPOINT = "chk-";

    private final Path checkpoints;
    private final Path savepoints;
    private final int kept;

    /**
     * @param checkpoints folder of the job's checkpoints
     * @param savepoints folder of savepoints
     * @param kept complete checkpoints that stay, as many as Flink retains
     */
    Recovery(Path checkpoints, Path savepoints, int kept) {
        this.checkpoints = checkpoints;
        this.savepoints = savepoints;
        this.kept = kept;
    }

    /**
     * The folder that a job's checkpoints go to.
     *
     * @param directory Flink's option {@code execution.checkpointing.dir}
     * @param job Flink's id of the job
     * @throws UserException if it is no folder of this machine
     */
    static Path checkpointFolder(String directory, String job) {
        if (!directory.startsWith("file:/")) {
            throw UserException.usage("a cluster on this machine keeps its checkpoints on this machine: leave"
                    + " flink.execution.checkpointing.dir out, or give a folder as file:///... ; found=" + directory);
        }
        return Path.of(URI.create(directory)).resolve(job);
    }

    /**
     * A checkpoint or savepoint.
     *
     * @param path its folder
     * @param ours whether it is a checkpoint, which Flink is to delete when it is outdated; a savepoint is the user's
     */
    record Place(Path path, boolean ours) {}

    /** The newest there is, or empty for a job that has none. */
    Optional<Place> newest() {
        Optional<Path> checkpoint = complete(checkpoints).stream().findFirst();
        Optional<Path> savepoint = complete(savepoints).stream().findFirst();
        if (checkpoint.isPresent()
                && (savepoint.isEmpty() || modified(checkpoint.get()).compareTo(modified(savepoint.get())) > 0)) {
            return Optional.of(new Place(checkpoint.get(), true));
        }
        return savepoint.map(path -> new Place(path, false));
    }

    /**
     * Deletes what a JobManager that was killed has left: checkpoints that are not complete, and those that are outdated. The next
     * JobManager knows of the newest one only.
     */
    void deleteLeftovers() {
        List<Path> complete = complete(checkpoints);
        List<Path> needed = complete.subList(0, Math.min(kept, complete.size()));
        for (Path folder : folders(checkpoints)) {
            if (folder.getFileName().toString().startsWith(CHECKPOINT) && !needed.contains(folder)) {
                Folders.delete(folder);
            }
        }
    }

    /** Complete ones, the newest first. */
    private static List<Path> complete(Path folder) {
        return folders(folder).stream()
                .filter(path -> Files.exists(path.resolve(METADATA)))
                .sorted(Comparator.comparing(Recovery::modified).reversed())
                .toList();
    }

    private static List<Path> folders(Path folder) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, Files::isDirectory)) {
            stream.forEach(folders::add);
        } catch (NoSuchFileException e) {
            return folders;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folders;
    }

    private static FileTime modified(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve(METADATA));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
