package perennial.jobs.policy;

import java.util.List;
import perennial.v1.ActorPosition;

/**
 * A whole policy, as its learner published it.
 *
 * @param learner who learned it
 * @param stream the stream that the learner read last
 * @param version updates that the learner had made
 * @param trainedThrough how far each actor's records had been trained on
 * @param chunks records that it came in
 * @param publishedMs when the last of them was written, in milliseconds since 1970
 * @param tensors its weights as a safetensors file
 */
public record PublishedPolicy(
        String learner,
        String stream,
        long version,
        List<ActorPosition> trainedThrough,
        int chunks,
        long publishedMs,
        byte[] tensors) {

    public PublishedPolicy {
        trainedThrough = List.copyOf(trainedThrough);
    }

    /** Records of all actors that had been trained on. */
    public long records() {
        return trainedThrough.stream()
                .mapToLong(position -> position.getSequence() + 1)
                .sum();
    }

    /** Whether it was published after {@code other}, or at the same time and by a learner that had made more updates. */
    public boolean isLaterThan(PublishedPolicy other) {
        return publishedMs != other.publishedMs ? publishedMs > other.publishedMs : version > other.version;
    }
}
