package perennial.streaming;

import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.datastream.DataStream;
import perennial.v1.DeadLetter;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;

/**
 * What comes out of the learners' part of a job graph.
 *
 * @param metrics plasticity reports and task summaries; those of one learner in order
 * @param deadLetters records that could not be used
 * @param predictions what learners said of examples before they learned from them, where that is switched on
 * @param weights weights of the learners, at the end of a source
 * @param policies {@code PolicySnapshot}s and {@code LearnerProgress} of learners that publish them; those of one learner in
 *     order, a policy before the progress that includes it
 */
public record LearnerStreams(
        DataStream<SpecificRecord> metrics,
        DataStream<DeadLetter> deadLetters,
        DataStream<Prediction> predictions,
        DataStream<PolicySnapshot> weights,
        DataStream<SpecificRecord> policies) {}
