package perennial.jobs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.kafka.ActorProducer;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.AgentSpec;
import perennial.environment.kafka.ProducerSettings;
import perennial.learning.learner.LearnerSpec;
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
import perennial.learning.policy.EpsilonSchedule;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;

/** A process that runs actors, for tests that kill it. */
final class PublishTransitions {

    static final String STREAM = "breakout";
    static final int ACTORS = 2;
    static final int MAX_LEAD = 40;
    static final int HISTORY = 2;

    static final LearnerSpec LEARNER = new LearnerSpec(
            "dqn",
            "nap",
            List.of(STREAM),
            5,
            new TaskSpec.Reinforcement(
                    List.of(400),
                    6,
                    1,
                    new ReplaySpec(2000, ObservationEncoding.BITS, HISTORY, 1, 0.95, new SamplingSpec.Uniform()),
                    new ValueHeadSpec.Expected(ValueHeadSpec.TdLoss.HUBER, true, false),
                    0,
                    50,
                    4,
                    new TargetSpec.Copied(20)),
            new NetworkSpec(
                    List.of(), List.of(16), Activation.RELU, 0.01, Normalisation.LAYER_NORM, 1e-6, Initialiser.PYTORCH),
            new MethodSpec.NormalizeAndProject(1, new MethodSpec.Affine(MethodSpec.AffineMode.DECAY, 0.999), false),
            List.of(),
            new OptimiserSpec.Adam(1e-2, 0.9, 0.999, 1e-8),
            new ScheduleSpec.Constant(),
            16,
            0,
            false,
            MetricsSpec.cheap(1000),
            3,
            false,
            new LearnerSpec.Provenance("hash", "version"));

    private PublishTransitions() {}

    public static void main(String[] args) {
        producer(args[0], args[1], args[2], Path.of(args[3]), Long.parseLong(args[4]), true)
                .run();
    }

    static ActorProducer producer(
            String bootstrapServers,
            String events,
            String policies,
            Path states,
            long stepsPerActor,
            boolean lockstep) {
        ActorStreamSpec spec = new ActorStreamSpec(
                STREAM,
                ACTORS,
                actor -> new ScheduledEnvironment(
                        "minatar/breakout",
                        100 + actor,
                        Map.of(),
                        EnvironmentSchedule.parse(List.of("400 permute-actions"), 400)),
                11,
                new EpsilonSchedule(1, 0.1, 50, 500),
                stepsPerActor,
                0,
                agent(policies),
                MAX_LEAD,
                lockstep,
                states,
                300);
        Map<String, String> client = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0");
        ProducerSettings settings = new ProducerSettings(
                events, client, Duration.ofSeconds(30), Duration.ofMillis(300), Duration.ofSeconds(1));
        return new ActorProducer(spec, settings, progress -> {});
    }

    static AgentSpec agent(String policies) {
        return new AgentSpec(
                LEARNER.name(), (TaskSpec.Reinforcement) LEARNER.task(), LEARNER.network(), "cpu", policies);
    }
}
