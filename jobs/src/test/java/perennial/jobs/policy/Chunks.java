package perennial.jobs.policy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import perennial.jobs.kafka.TopicKeys;
import perennial.learning.learner.NamedTensors;
import perennial.learning.weights.SafeTensors;
import perennial.schemas.RecordCodec;
import perennial.v1.ActorPosition;
import perennial.v1.PolicySnapshot;

/** Policies in chunks, as learners publish them, and the records that they are on their topic. */
public final class Chunks {

    private Chunks() {}

    /** Weights that tell one policy from another. */
    public static byte[] weights(float value) {
        return SafeTensors.toBytes(
                new NamedTensors().put("output.weight", new int[] {2, 2}, new float[] {value, 2, 3, 4}));
    }

    /** The policy of {@code learner} at {@code version} in so many chunks, whose weights have the value {@code value}. */
    public static List<PolicySnapshot> of(String learner, long version, int chunks, float value) {
        byte[] tensors = weights(value);
        List<PolicySnapshot> all = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            all.add(new PolicySnapshot(
                    learner,
                    "s",
                    version,
                    List.of(new ActorPosition("s", 0, 4 * version - 1), new ActorPosition("s", 1, 9L)),
                    i,
                    chunks,
                    ByteBuffer.wrap(Arrays.copyOfRange(
                            tensors, i * tensors.length / chunks, (i + 1) * tensors.length / chunks))));
        }
        return all;
    }

    static ConsumerRecord<byte[], byte[]> record(PolicySnapshot chunk) {
        return record(0, TopicKeys.of(chunk), new RecordCodec().encode(chunk));
    }

    static ConsumerRecord<byte[], byte[]> record(int partition, byte[] key, byte[] value) {
        return new ConsumerRecord<>(
                "policies",
                partition,
                7,
                1_000,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                java.util.Optional.empty());
    }
}
