package perennial.jobs.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.environment.kafka.PolicyAssembler;
import perennial.jobs.kafka.TopicRecords;
import perennial.learning.weights.SafeTensors;
import perennial.v1.LearnerProgress;
import perennial.v1.PolicySnapshot;

/**
 * The policies that the records of their topic come to, of all learners that are wanted, whose chunks may come in turn. What is no policy is
 * counted and told of. Not thread-safe.
 */
public final class PolicyRecords {

    /** Records that are told of one by one; the rest only in the count. */
    private static final int TOLD = 5;

    /** Longer texts are for nobody. */
    private static final int MAX_ERROR_CHARACTERS = 300;

    /** As in a configuration, and so that a file can have it. */
    private static final String NAME = "[A-Za-z0-9._-]{1,200}";

    /** The records of a learner have an order within a partition only. */
    private record Source(int partition, String learner) {}

    private final TopicRecords records = new TopicRecords();
    private final Map<Source, PolicyAssembler> assemblers = new HashMap<>();
    private final Predicate<String> wanted;
    private final Consumer<String> warnings;
    private long broken;

    /**
     * @param wanted whether a learner's policies are asked for
     * @param warnings told of what is no policy, each in a sentence
     */
    public PolicyRecords(Predicate<String> wanted, Consumer<String> warnings) {
        this.wanted = wanted;
        this.warnings = warnings;
    }

    /** Takes in the next record of the topic: the policy that is whole with it, or empty. */
    public Optional<PublishedPolicy> add(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            // The end of a key on a compacted topic.
            return Optional.empty();
        }
        try {
            SpecificRecord decoded = records.decode(record);
            if (decoded instanceof PolicySnapshot chunk) {
                return add(record, chunk);
            }
            if (decoded instanceof LearnerProgress) {
                return Optional.empty();
            }
            throw new IllegalArgumentException("it must be a policy or progress: record="
                    + decoded.getSchema().getName());
        } catch (IllegalArgumentException e) {
            broken++;
            if (broken <= TOLD) {
                String error = String.valueOf(e.getMessage());
                warnings.accept("a record of the policies topic is passed over: partition=" + record.partition()
                        + " offset=" + record.offset() + " error="
                        + error.substring(0, Math.min(error.length(), MAX_ERROR_CHARACTERS))
                        + (broken == TOLD ? "; further ones are only counted" : ""));
            }
            return Optional.empty();
        }
    }

    private Optional<PublishedPolicy> add(ConsumerRecord<byte[], byte[]> record, PolicySnapshot chunk) {
        String learner = chunk.getLearner();
        if (!learner.matches(NAME)) {
            throw new IllegalArgumentException(
                    "a learner's name may have letters, digits, dot, underscore and minus, 200" + " at most: length="
                            + learner.length());
        }
        if (chunk.getVersion() < 0) {
            throw new IllegalArgumentException("a version must not be negative: version=" + chunk.getVersion());
        }
        if (!wanted.test(learner)) {
            return Optional.empty();
        }
        PolicyAssembler assembler =
                assemblers.computeIfAbsent(new Source(record.partition(), learner), key -> new PolicyAssembler());
        long cut = assembler.cut();
        Optional<byte[]> tensors = assembler.add(chunk);
        if (assembler.cut() > cut) {
            warnings.accept("a policy is not whole and is passed over: learner=" + learner + " version="
                    + assembler.lastCut() + " before offset=" + record.offset()
                    + "; the topic was compacted there, or the learner was killed");
        }
        if (tensors.isEmpty()) {
            return Optional.empty();
        }
        // Nobody is to be given a file that cannot be read.
        SafeTensors.fromBytes(tensors.get());
        return Optional.of(new PublishedPolicy(
                learner,
                chunk.getStream(),
                chunk.getVersion(),
                chunk.getTrainedThrough(),
                chunk.getChunks(),
                record.timestamp(),
                tensors.get()));
    }

    /** Records that were no chunk of a policy, or of one that cannot be read. */
    public long broken() {
        return broken;
    }

    /** Policies whose chunks were not all there. */
    public long cut() {
        return assemblers.values().stream().mapToLong(PolicyAssembler::cut).sum();
    }
}
