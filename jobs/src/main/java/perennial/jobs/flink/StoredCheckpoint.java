package perennial.jobs.flink;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/**
 * A checkpoint or savepoint in a folder of this machine, looked at before a job goes on from it: whether its metadata can be read
 * and the files are there, and as long, as the metadata says. A changed byte in the middle of a file does not show here; the
 * checksum of each learner's state finds it when the state is restored.
 */
final class StoredCheckpoint {

    private static final String METADATA = "_metadata";

    private StoredCheckpoint() {}

    /** What is wrong with it, in words; empty where nothing is. */
    static Optional<String> damage(Path folder) {
        CheckpointMetadata metadata;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(folder.resolve(METADATA))))) {
            metadata = Checkpoints.loadCheckpointMetadata(
                    in,
                    StoredCheckpoint.class.getClassLoader(),
                    folder.toAbsolutePath().toUri().toString());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Flink believes the lengths that it reads, so damaged ones may ask for more memory than there is.
            return Optional.of("its metadata cannot be read: " + e);
        }
        for (FileStateHandle file : files(metadata)) {
            Optional<String> damage = damage(file);
            if (damage.isPresent()) {
                return damage;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> damage(FileStateHandle handle) {
        URI uri = handle.getFilePath().toUri();
        if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
            return Optional.empty();
        }
        Path file = Path.of(uri.getPath());
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.of("a file is missing: file=" + file);
            }
            if (Files.size(file) != handle.getStateSize()) {
                return Optional.of("a file is cut or damaged: file=" + file + " bytes=" + Files.size(file)
                        + " expected=" + handle.getStateSize());
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("a file cannot be looked at: file=" + file + " error=" + e);
        }
    }

    private static List<FileStateHandle> files(CheckpointMetadata metadata) {
        List<FileStateHandle> files = new ArrayList<>();
        for (OperatorState operator : metadata.getOperatorStates()) {
            for (OperatorSubtaskState subtask : operator.getStates()) {
                subtask.getManagedKeyedState().forEach(handle -> addKeyed(handle, files));
                subtask.getRawKeyedState().forEach(handle -> addKeyed(handle, files));
                subtask.getManagedOperatorState().forEach(handle -> addOperator(handle, files));
                subtask.getRawOperatorState().forEach(handle -> addOperator(handle, files));
            }
        }
        return files;
    }

    private static void addKeyed(KeyedStateHandle handle, List<FileStateHandle> files) {
        if (handle instanceof KeyGroupsStateHandle groups) {
            add(groups.getDelegateStateHandle(), files);
        }
    }

    private static void addOperator(OperatorStateHandle handle, List<FileStateHandle> files) {
        add(handle.getDelegateStateHandle(), files);
    }

    private static void add(StreamStateHandle handle, List<FileStateHandle> files) {
        if (handle instanceof FileStateHandle file) {
            files.add(file);
        }
    }
}
