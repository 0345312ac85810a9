package perennial.environment.kafka;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ActorPosition;
import perennial.v1.LearnerProgress;
import perennial.v1.PolicySnapshot;

/**
 * What the records of a policies topic come to for one learner and one stream: whole policies in the order of their versions,
 * and how far the stream was taken in. A version that was there before, as after a failure of the learner, is passed over. Not
 * thread-safe.
 */
final class PolicyFollower {

    /**
     * A whole policy.
     *
     * @param version updates that the learner had made
     * @param position records of the stream that it had taken in
     * @param tensors its weights as a safetensors file
     */
    record Snapshot(long version, long position, byte[] tensors) {}

    private final String learner;
    private final String stream;
    private final ArrayDeque<Snapshot> waiting = new ArrayDeque<>();
    private final Map<Integer, Long> trainedThrough = new HashMap<>();
    private final PolicyAssembler assembler = new PolicyAssembler();

    private long newestVersion = -1;
    private long position;

    /**
     * @param stream the stream whose actors count
     */
    PolicyFollower(String learner, String stream) {
        this.learner = learner;
        this.stream = stream;
    }

    /** Takes in the next record of the topic. */
    void accept(SpecificRecord record) {
        if (record instanceof PolicySnapshot chunk && chunk.getLearner().equals(learner)) {
            accept(chunk);
        } else if (record instanceof LearnerProgress progress
                && progress.getLearner().equals(learner)) {
            advance(progress.getTrainedThrough());
        }
    }

    private void accept(PolicySnapshot chunk) {
        assembler.add(chunk).ifPresent(tensors -> {
            if (chunk.getVersion() > newestVersion) {
                newestVersion = chunk.getVersion();
                waiting.add(new Snapshot(newestVersion, total(chunk.getTrainedThrough()), tensors));
            }
            advance(chunk.getTrainedThrough());
        });
    }

    private void advance(List<ActorPosition> positions) {
        for (ActorPosition reached : positions) {
            if (reached.getStream().equals(stream)) {
                trainedThrough.merge(reached.getActor(), reached.getSequence() + 1, Math::max);
            }
        }
        position = 0;
        for (long reached : trainedThrough.values()) {
            position += reached;
        }
    }

    private long total(List<ActorPosition> positions) {
        long total = 0;
        for (ActorPosition reached : positions) {
            total += reached.getStream().equals(stream) ? reached.getSequence() + 1 : 0;
        }
        return total;
    }

    /** Records of the stream that the learner says to have taken in, all actors together. */
    long position() {
        return position;
    }

    /** The newest policy there is, once: null until there is a newer one. Forgets those before it. */
    Snapshot takeNewest() {
        return takeNewestAt(Long.MAX_VALUE);
    }

    /** The newest policy of a learner that had taken in at most {@code limit} records, once. Forgets those before it. */
    Snapshot takeNewestAt(long limit) {
        Snapshot newest = null;
        while (!waiting.isEmpty() && waiting.peek().position() <= limit) {
            newest = waiting.poll();
        }
        return newest;
    }

    /** Whether there is a policy to act with after {@code limit} records. */
    boolean hasPolicyAt(long limit) {
        return !waiting.isEmpty() && waiting.peek().position() <= limit;
    }
}
