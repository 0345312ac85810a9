package perennial.streaming;

import static java.util.Objects.requireNonNull;

import java.util.List;
import perennial.learning.learner.LearnerSpec;

/**
 * What the operators are built from.
 *
 * @param learners the learners of the job, each with a name of its own
 * @param engine engine that the learners compute with: auto, cpu or nd4j
 * @param maxRecordBytes bytes that a record's value, or key, may have at most
 * @param weightsAtEnd whether each learner's weights are sent out when the source ends
 */
public record TopologySpec(List<LearnerSpec> learners, String engine, int maxRecordBytes, boolean weightsAtEnd) {

    public TopologySpec {
        learners = List.copyOf(learners);
        requireNonNull(engine, "engine");
        if (learners.isEmpty()) {
            throw new IllegalArgumentException("a job needs at least one learner: learners=[]");
        }
        long names = learners.stream().map(LearnerSpec::name).distinct().count();
        if (names != learners.size()) {
            throw new IllegalArgumentException("learners must have different names: names="
                    + learners.stream().map(LearnerSpec::name).toList());
        }
        if (maxRecordBytes < 1) {
            throw new IllegalArgumentException("maxRecordBytes must be at least 1: maxRecordBytes=" + maxRecordBytes);
        }
    }
}
