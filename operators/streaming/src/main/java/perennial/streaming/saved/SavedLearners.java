package perennial.streaming.saved;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.UncompressedStreamCompressionDecorator;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackendBuilder;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSetFactory;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import perennial.streaming.LearnerTopology;
import perennial.streaming.learn.LearnerCheckpoint;
import perennial.streaming.learn.LearnerOperator;

/**
 * The learners in a checkpoint or savepoint of a job, whatever its parallelism was, aligned or not. Flink's own code reads them, without
 * a cluster: savepoints in the canonical format of every state backend, checkpoints of the hashmap backend, which jobs have unless told
 * otherwise. Learners of one subtask are in memory at a time.
 */
public final class SavedLearners {

    /** Takes one learner. */
    @FunctionalInterface
    public interface Visitor {
        void visit(LearnerCheckpoint learner) throws IOException;
    }

    private static final int QUEUE_CAPACITY = 1;

    private final String path;
    private final CheckpointMetadata metadata;
    private final OperatorState learners;

    private SavedLearners(String path, CheckpointMetadata metadata, OperatorState learners) {
        this.path = path;
        this.metadata = metadata;
        this.learners = learners;
    }

    /**
     * Opens a checkpoint or savepoint. No state is read yet.
     *
     * @param path its folder, or the {@code _metadata} in it, as Flink takes it
     * @throws CheckpointException if there is none, if it cannot be read, or if it is of a job without learners
     */
    public static SavedLearners open(String path) throws CheckpointException {
        CheckpointMetadata metadata = metadata(path);
        OperatorID id = new OperatorID(StreamGraphHasherV2.generateUserSpecifiedHash(LearnerTopology.LEARNERS));
        OperatorState learners = metadata.getOperatorStates().stream()
                .filter(operator -> operator.getOperatorID().equals(id))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(
                        "a checkpoint must be of a job with learners, and this one has no operator of the uid "
                                + LearnerTopology.LEARNERS + ": path=" + path));
        return new SavedLearners(path, metadata, learners);
    }

    private static CheckpointMetadata metadata(String path) throws CheckpointException {
        try {
            CompletedCheckpointStorageLocation location =
                    AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
            try (DataInputStream in =
                    new DataInputStream(location.getMetadataHandle().openInputStream())) {
                return Checkpoints.loadCheckpointMetadata(
                        in, SavedLearners.class.getClassLoader(), location.getExternalPointer());
            }
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(
                    "a checkpoint's or savepoint's _metadata must be whole and readable: path=" + path + " error=" + e
                            + "; use an earlier one",
                    e);
        }
    }

    /** Where it is. */
    public String path() {
        return path;
    }

    /** The number that Flink gave it. */
    public long checkpointId() {
        return metadata.getCheckpointId();
    }

    /** Whether a savepoint, and not a checkpoint, was written. */
    public boolean isSavepoint() {
        return metadata.getCheckpointProperties() != null
                && metadata.getCheckpointProperties().isSavepoint();
    }

    /** Subtasks that held the learners. */
    public int parallelism() {
        return learners.getParallelism();
    }

    /**
     * Visits every learner, in the order of the subtasks and of the keys.
     *
     * @throws CheckpointException if a file is missing or damaged, or of a state backend that keeps its own files
     */
    public void visit(Visitor visitor) throws IOException {
        for (OperatorSubtaskState subtask : new TreeMap<>(learners.getSubtaskStates()).values()) {
            List<KeyedStateHandle> handles = new ArrayList<>(subtask.getManagedKeyedState());
            for (KeyedStateHandle handle : handles) {
                if (!(handle instanceof KeyGroupsStateHandle)) {
                    throw new CheckpointException(
                            "learners can be read from savepoints in the canonical format and from checkpoints of the hashmap"
                                    + " state backend: path=" + path + " found="
                                    + handle.getClass().getSimpleName() + "; take a savepoint and look into that");
                }
            }
            if (!handles.isEmpty()) {
                for (LearnerCheckpoint learner : read(handles)) {
                    visitor.visit(learner);
                }
            }
        }
    }

    private List<LearnerCheckpoint> read(List<KeyedStateHandle> handles) throws CheckpointException {
        try (CloseableRegistry registry = new CloseableRegistry()) {
            AbstractKeyedStateBackend<Integer> backend = backend(handles, registry);
            try {
                List<Integer> keys;
                try (var stream = backend.getKeys(LearnerOperator.STATE, VoidNamespace.INSTANCE)) {
                    keys = stream.sorted().toList();
                }
                ValueState<LearnerCheckpoint> state = backend.getPartitionedState(
                        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, LearnerOperator.stateDescriptor());
                List<LearnerCheckpoint> read = new ArrayList<>();
                for (Integer key : keys) {
                    backend.setCurrentKey(key);
                    read.add(state.value());
                }
                return read;
            } finally {
                backend.dispose();
            }
        } catch (Exception e) {
            // Flink says no more exactly what may go wrong.
            throw damaged(e);
        }
    }

    private AbstractKeyedStateBackend<Integer> backend(List<KeyedStateHandle> handles, CloseableRegistry registry)
            throws BackendBuildingException {
        int groups = learners.getMaxParallelism();
        return new HeapKeyedStateBackendBuilder<>(
                        null,
                        IntSerializer.INSTANCE,
                        SavedLearners.class.getClassLoader(),
                        groups,
                        handles.get(0).getKeyGroupRange(),
                        new ExecutionConfig(),
                        TtlTimeProvider.DEFAULT,
                        LatencyTrackingStateConfig.disabled(),
                        SizeTrackingStateConfig.disabled(),
                        handles,
                        UncompressedStreamCompressionDecorator.INSTANCE,
                        LocalRecoveryConfig.BACKUP_AND_RECOVERY_DISABLED,
                        new HeapPriorityQueueSetFactory(handles.get(0).getKeyGroupRange(), groups, QUEUE_CAPACITY),
                        false,
                        registry)
                .build();
    }

    private CheckpointException damaged(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        boolean isMissing = root instanceof FileNotFoundException || root instanceof NoSuchFileException;
        return new CheckpointException(
                (isMissing ? "a file of the checkpoint is missing: path=" : "the learners' state cannot be read: path=")
                        + path + " error=" + (root.getMessage() == null ? root : root.getMessage())
                        + "; use an earlier checkpoint or savepoint",
                failure);
    }
}
