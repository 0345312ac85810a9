package perennial.jobs.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.jobs.UserException;

/** The files of a cluster, all in one folder that only its owner may look into: configurations may hold secrets. */
public final class ClusterFolder {

    private static final String LOCK = "cluster.lock";

    private final Path folder;
    private final ObjectMapper json = new ObjectMapper();

    public ClusterFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The folder itself. */
    public Path path() {
        return folder;
    }

    /** The broker's records. */
    Path kafka() {
        return folder.resolve("kafka");
    }

    /** Savepoints, one of each stop. */
    Path savepoints() {
        return folder.resolve("savepoints");
    }

    /** The folder with Flink's {@code config.yaml}. */
    Path flink() {
        return folder.resolve("flink");
    }

    /** The job's configuration as it was at the start: a later edit does not come into force by a crash. */
    Path jobConfiguration() {
        return folder.resolve("job.yaml");
    }

    /** Temporary files of a process. */
    Path temporary(String member) {
        return folder.resolve("tmp").resolve(member);
    }

    /** Deletes what a process has left of temporary files, for its next start. */
    void emptyTemporary(String member) {
        Folders.delete(temporary(member));
        try {
            Files.createDirectories(temporary(member));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a process has printed. */
    public Path log(String member) {
        return folder.resolve("logs").resolve(member + ".log");
    }

    /** The last lines that a process has printed, stack traces left out. */
    public String lastLines(String member, int count) {
        try {
            List<String> lines = new String(Files.readAllBytes(log(member)), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("\t"))
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the folders that processes write to. */
    void create() {
        try {
            boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
            Files.createDirectories(folder);
            if (posix) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            Files.createDirectories(folder.resolve("logs"));
            Files.createDirectories(flink());
        } catch (IOException e) {
            throw UserException.failed(
                    "a cluster needs a folder that it can write: folder=" + folder + " error=" + e
                            + "; name another one with --state",
                    e);
        }
    }

    /**
     * Takes the folder for one cluster, until what is returned is closed or this process ends.
     *
     * @throws UserException if another process has it
     */
    FileChannel take() {
        try {
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw UserException.failed("a cluster runs already on the folder " + folder
                        + "; stop it, or name another folder with --state");
            }
            return channel;
        } catch (IOException e) {
            throw UserException.failed(
                    "a cluster must be able to write its folder: folder=" + folder + " error=" + e, e);
        }
    }

    /** Whether a cluster runs on this folder. */
    public boolean inUse() {
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
            return isTaken(channel);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the lock where it is free. */
    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    /** What the cluster last told of itself; empty where it told nothing. */
    public Optional<ClusterState> state() {
        try {
            return Optional.of(json.readValue(Files.readAllBytes(stateFile()), ClusterState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw UserException.failed(
                    "the file " + stateFile() + " must be as the cluster wrote it: error=" + e.getOriginalMessage()
                            + "; delete it if no cluster runs on this folder",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces what the cluster tells of itself. */
    void tell(ClusterState state) {
        write(stateFile(), state);
    }

    /** Whoever reads finds the old content or the new one, and never a part. */
    private void write(Path file, Object content) {
        try {
            Path begun = file.resolveSibling(file.getFileName() + ".tmp");
            Files.write(begun, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
            Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where Prometheus finds the processes: a file for its {@code file_sd_configs}. */
    public Path prometheus() {
        return folder.resolve("prometheus.json");
    }

    /**
     * Tells Prometheus of the processes.
     *
     * @param ports ports of their metrics, by process
     */
    void tellPrometheus(Map<String, Integer> ports) {
        List<Map<String, Object>> targets = new ArrayList<>();
        ports.forEach((process, port) ->
                targets.add(Map.of("targets", List.of("localhost:" + port), "labels", Map.of("process", process))));
        write(prometheus(), targets);
    }

    /** Forgets what an earlier cluster told. */
    public void forgetState() {
        try {
            Files.deleteIfExists(prometheus());
            Files.deleteIfExists(stateFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path stateFile() {
        return folder.resolve("cluster.json");
    }
}
