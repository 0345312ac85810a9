package perennial.environment.kafka;

import perennial.learning.learner.TaskSpec;
import perennial.learning.network.NetworkSpec;

/**
 * Whose policies are followed, and what they look like: what the configuration of their learner says.
 *
 * @param learner name of the learner
 * @param task what it learns
 * @param network shape of its network
 * @param engine engine that the policy computes with: auto, cpu or nd4j
 * @param topic topic of the policies
 */
public record AgentSpec(String learner, TaskSpec.ActionValues task, NetworkSpec network, String engine, String topic) {}
