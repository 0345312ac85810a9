package perennial.streaming;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.learn.PolicyPublication;

/**
 * What the operators are built from.
 *
 * @param learners the learners of the job, each with a name of its own
 * @param engine engine that the learners compute with: auto, cpu or nd4j
 * @param maxRecordBytes bytes that a record's key, value and headers may have together at most
 * @param weightsAtEnd whether each learner's weights are sent out when the source ends
 * @param publications how often a learner's policies and progress are sent out, by the learner's name; none for those left out
 */
public record TopologySpec(
        List<LearnerSpec> learners,
        String engine,
        int maxRecordBytes,
        boolean weightsAtEnd,
        Map<String, PolicyPublication> publications) {

    /** A job whose learners publish no policies. */
    public TopologySpec(List<LearnerSpec> learners, String engine, int maxRecordBytes, boolean weightsAtEnd) {
        this(learners, engine, maxRecordBytes, weightsAtEnd, Map.of());
    }

    public TopologySpec {
        learners = List.copyOf(learners);
        publications = Map.copyOf(publications);
        requireNonNull(engine, "engine");
        if (learners.isEmpty()) {
            throw new IllegalArgumentException("a job needs at least one learner: learners=[]");
        }
        long names = learners.stream().map(LearnerSpec::name).distinct().count();
        if (names != learners.size()) {
            throw new IllegalArgumentException("learners must have different names: names="
                    + learners.stream().map(LearnerSpec::name).toList());
        }
        List<String> known = learners.stream().map(LearnerSpec::name).toList();
        if (!known.containsAll(publications.keySet())) {
            throw new IllegalArgumentException("policies can be published of the job's learners only: publications="
                    + publications.keySet() + " learners=" + known);
        }
        if (maxRecordBytes < 1) {
            throw new IllegalArgumentException("maxRecordBytes must be at least 1: maxRecordBytes=" + maxRecordBytes);
        }
    }
}
