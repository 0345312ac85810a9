package perennial.environment.kafka;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import perennial.v1.PolicySnapshot;

/**
 * Puts the policies of one learner together from their chunks, in the order of its partition. A policy whose chunks are not all there, in
 * order, is no policy, and chunks of two versions are never put together: a learner may be killed between two of them, and a compacted
 * topic keeps the last chunks of a policy whose first ones are gone. Not thread-safe.
 */
public final class PolicyAssembler {

    /** A policy that is larger is none: nobody may fill this process with chunks without end. */
    private static final int MAX_BYTES = 512 * 1024 * 1024;

    private static final long NONE = Long.MIN_VALUE;

    private ByteArrayOutputStream chunks = new ByteArrayOutputStream();

    /** The chunk that continues the policy begun; 0 where none is. */
    private int next;

    private long version = NONE;
    private int count;

    /** The version of chunks that continue nothing; all of them are one cut policy. */
    private long strayVersion = NONE;

    private long cut;
    private long lastCut;

    /**
     * Takes in the next chunk.
     *
     * @return the whole policy as a safetensors file where this was the last chunk of one; empty otherwise
     */
    public Optional<byte[]> add(PolicySnapshot chunk) {
        int number = chunk.getChunk();
        if (number == 0) {
            // The same policy anew, as after a failure of its learner, is not cut.
            if (next > 0 && chunk.getVersion() != version) {
                cut(version);
            }
            strayVersion = NONE;
            chunks = new ByteArrayOutputStream();
            version = chunk.getVersion();
            count = chunk.getChunks();
            next = 0;
        } else if (number != next || chunk.getVersion() != version || chunk.getChunks() != count) {
            stray(chunk);
            return Optional.empty();
        }
        int size = chunk.getTensors().remaining();
        if (size > MAX_BYTES - chunks.size()) {
            stray(chunk);
            return Optional.empty();
        }
        byte[] bytes = new byte[size];
        chunk.getTensors().duplicate().get(bytes);
        chunks.writeBytes(bytes);
        next = number + 1;
        if (next != count) {
            return Optional.empty();
        }
        next = 0;
        byte[] whole = chunks.toByteArray();
        chunks = new ByteArrayOutputStream();
        return Optional.of(whole);
    }

    private void stray(PolicySnapshot chunk) {
        if (next > 0 && chunk.getVersion() != version) {
            cut(version);
        }
        if (chunk.getVersion() != strayVersion) {
            strayVersion = chunk.getVersion();
            cut(strayVersion);
        }
        next = 0;
        chunks = new ByteArrayOutputStream();
    }

    private void cut(long cutVersion) {
        cut++;
        lastCut = cutVersion;
    }

    /** The version of the last policy that was cut; meaningless where {@link #cut()} is 0. */
    public long lastCut() {
        return lastCut;
    }

    /** Policies of which some chunks came, and not all in order. */
    public long cut() {
        return cut;
    }
}
