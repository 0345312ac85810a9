package perennial.environment.actor;

import java.util.List;
import java.util.Map;
import perennial.environment.Environment;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.ScheduledEnvironment;
import perennial.learning.engine.CpuEngine;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.TargetSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.policy.Policy;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;

/** Breakout, and who plays it, for tests. */
public final class Players {

    public static final int HISTORY = 2;

    public static final TaskSpec.Reinforcement TASK = new TaskSpec.Reinforcement(
            List.of(400),
            6,
            1,
            new ReplaySpec(500, ObservationEncoding.BITS, HISTORY, 1, 0.9, new SamplingSpec.Uniform()),
            new ValueHeadSpec.Expected(ValueHeadSpec.TdLoss.HUBER, false, false),
            0,
            20,
            4,
            new TargetSpec.Copied(10));

    public static final NetworkSpec NETWORK = new NetworkSpec(
            List.of(), List.of(8), Activation.RELU, 0.01, Normalisation.LAYER_NORM, 1e-6, Initialiser.PYTORCH);

    private Players() {}

    /** A learner of Breakout. */
    public static LearnerSpec learner(long seed) {
        return new LearnerSpec(
                "dqn",
                "dqn",
                List.of("breakout"),
                seed,
                TASK,
                NETWORK,
                new MethodSpec.None(),
                List.of(),
                new OptimiserSpec.Adam(1e-2, 0.9, 0.999, 1e-8),
                new ScheduleSpec.Constant(),
                8,
                0,
                false,
                MetricsSpec.cheap(1000),
                3,
                false,
                new LearnerSpec.Provenance("hash", "version"));
    }

    /** Weights of a learner that has not learned. */
    public static NamedTensors weights(long seed) {
        try (Learner learner = Learners.create(learner(seed), "cpu")) {
            return learner.policyWeights();
        }
    }

    public static Policy policy(long seed) {
        return new Policy(TASK, NETWORK, weights(seed), new CpuEngine());
    }

    /** Breakout with actions that change their meaning after every 60 steps. */
    public static Environment changingBreakout(int actor) {
        return new ScheduledEnvironment(
                "minatar/breakout", actor, Map.of(), EnvironmentSchedule.parse(List.of("60 permute-actions"), 60));
    }
}
