package perennial.environment.kafka;

import perennial.environment.EnvironmentException;
import perennial.learning.engine.Engines;
import perennial.learning.policy.Policy;
import perennial.learning.weights.SafeTensors;

/** Policies from the weights on a topic. */
final class Policies {

    private Policies() {}

    /** {@code present} with other weights, or a new policy where it is null. */
    static Policy loaded(Policy present, AgentSpec spec, byte[] tensors) {
        try {
            if (present == null) {
                return new Policy(
                        spec.task(), spec.network(), SafeTensors.fromBytes(tensors), Engines.create(spec.engine()));
            }
            present.load(SafeTensors.fromBytes(tensors));
            return present;
        } catch (IllegalArgumentException wrong) {
            throw new EnvironmentException(
                    "the policies of the learner do not fit its configuration: learner=" + spec.learner()
                            + " topic="
                            + spec.topic() + " reason=\"" + wrong.getMessage()
                            + "\"; give the producer the configuration that the learner runs with",
                    wrong);
        }
    }
}
