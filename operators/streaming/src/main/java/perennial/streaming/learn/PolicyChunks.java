package perennial.streaming.learn;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.v1.ActorPosition;
import perennial.v1.PolicySnapshot;

/** A learner's weights cut into records that any topic takes. */
final class PolicyChunks {

    /** Bytes of weights in one record: well below the megabyte that Kafka takes by default. */
    static final int CHUNK_BYTES = 512 * 1024;

    private final String learner;
    private final String stream;
    private final long version;
    private final List<ActorPosition> trainedThrough;
    private final byte[] tensors;

    /**
     * @param learner name of the learner
     * @param stream stream of the last event it took in
     * @param version updates it had made
     * @param trainedThrough how far each actor's events were taken in
     * @param tensors the weights as a safetensors file. Not modified, and shared.
     */
    PolicyChunks(String learner, String stream, long version, List<TrainedThrough> trainedThrough, byte[] tensors) {
        this.learner = learner;
        this.stream = stream;
        this.version = version;
        this.tensors = tensors;
        this.trainedThrough = records(trainedThrough);
    }

    static List<ActorPosition> records(List<TrainedThrough> positions) {
        List<ActorPosition> records = new ArrayList<>(positions.size());
        for (TrainedThrough position : positions) {
            records.add(new ActorPosition(position.stream(), position.actor(), position.sequence()));
        }
        return records;
    }

    /** Gives each chunk in order to {@code receiver}. */
    void forEach(Consumer<PolicySnapshot> receiver) {
        int chunks = Math.max(1, (tensors.length + CHUNK_BYTES - 1) / CHUNK_BYTES);
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = chunk * CHUNK_BYTES;
            int length = Math.min(CHUNK_BYTES, tensors.length - from);
            PolicySnapshot snapshot = new PolicySnapshot();
            snapshot.setLearner(learner);
            snapshot.setStream(stream);
            snapshot.setVersion(version);
            snapshot.setTrainedThrough(trainedThrough);
            snapshot.setChunk(chunk);
            snapshot.setChunks(chunks);
            // A slice, not a wrap with an offset: readers may take the backing position for granted.
            snapshot.setTensors(ByteBuffer.wrap(tensors, from, length).slice());
            receiver.accept(snapshot);
        }
    }
}
