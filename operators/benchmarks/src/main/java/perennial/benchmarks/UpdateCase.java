package perennial.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.LearnerSpec.Provenance;
import perennial.learning.learner.TargetSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/**
 * Learners whose updates are timed; {@code pytorch_updates.py} beside this class has the same in PyTorch. Adam and float32
 * throughout. A classifier sees the same 128 examples again and again; a learner of action values stores a transition,
 * draws a batch from replay memory and makes an update for each event.
 */
public enum UpdateCase {
    /** MLP 784-512-512-10, batch 128: layer norm with scale and offset before each ReLU, projection after each update. */
    NAP_MLP,
    /** The same network with biases, and neither norm nor projection. */
    PLAIN_MLP,
    /** Convolution of 16 3x3 kernels on 4x10x10, 128 units, 6 actions, batch 32; target network, layer norm, projection. */
    NAP_DQN_MINATAR,
    /** The same network with biases and no norm; its 128 units spectrally normalised, one power iteration a pass. */
    SN_DQN_MINATAR,
    /** Three convolutions (32 of 8x8 by 4, 64 of 4x4 by 2, 64 of 3x3) on 4x84x84, 512 units, 18 actions, batch 32; otherwise as NAP_DQN_MINATAR. */
    NAP_DQN_ATARI,
    /** SN_DQN_MINATAR without spectral normalisation, and 51 atoms per action. */
    C51_MINATAR;

    private static final int CLASSES = 10;
    private static final int CLASSIFIER_BATCH = 128;
    private static final int VALUE_BATCH = 32;
    private static final int TRANSITIONS = 2000;

    /** What a user calls it: {@code nap-mlp}. */
    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /**
     * The case of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static UpdateCase of(String id) {
        return Arrays.stream(values())
                .filter(known -> known.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no benchmark has that name: case=" + id + "; known: "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(UpdateCase::id).toList())));
    }

    /** @param metricsEvery updates from one report to the next */
    public LearnerSpec spec(int metricsEvery) {
        return switch (this) {
            case NAP_MLP -> classifier(Normalisation.LAYER_NORM, nap(), metricsEvery);
            case PLAIN_MLP -> classifier(Normalisation.NONE, new MethodSpec.None(), metricsEvery);
            case NAP_DQN_MINATAR -> miniature(expected(), Normalisation.LAYER_NORM, nap(), metricsEvery);
            case SN_DQN_MINATAR -> miniature(expected(), Normalisation.NONE, sn(), metricsEvery);
            case C51_MINATAR ->
                miniature(
                        new ValueHeadSpec.Categorical(51, -10, 10, false, false),
                        Normalisation.NONE,
                        new MethodSpec.None(),
                        metricsEvery);
            case NAP_DQN_ATARI ->
                values(
                        new TaskSpec.Reinforcement(
                                List.of(4, 84, 84),
                                18,
                                1 / 255.0,
                                replay(4000, ObservationEncoding.BYTES),
                                expected(),
                                0,
                                TRANSITIONS / 2,
                                1,
                                new TargetSpec.Copied(1000)),
                        network(
                                List.of(
                                        new ConvolutionSpec(32, 8, 4, 0),
                                        new ConvolutionSpec(64, 4, 2, 0),
                                        new ConvolutionSpec(64, 3, 1, 0)),
                                List.of(512),
                                Normalisation.LAYER_NORM),
                        nap(),
                        metricsEvery);
        };
    }

    /**
     * Events to observe, again and again; the caller numbers them anew each time.
     *
     * @return whole batches of examples, or transitions of which one in ten ends its episode
     */
    public List<Event> events() {
        SplittableRandom random = new SplittableRandom(1);
        TaskSpec task = spec(1).task();
        Event[] events = new Event[task instanceof TaskSpec.Reinforcement ? TRANSITIONS : CLASSIFIER_BATCH];
        for (int i = 0; i < events.length; i++) {
            events[i] = task instanceof TaskSpec.Reinforcement reinforcement
                    ? transition(reinforcement, random)
                    : example(task, random);
        }
        return List.of(events);
    }

    private static Event example(TaskSpec task, SplittableRandom random) {
        Event event = new Event();
        event.kind = Event.Kind.EXAMPLE;
        event.stream = "stream";
        event.label = random.nextInt(CLASSES);
        float[] values = event.features.resizeFloats(task.inputSize());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return event;
    }

    private static Event transition(TaskSpec.Reinforcement task, SplittableRandom random) {
        Event event = new Event();
        event.kind = Event.Kind.TRANSITION;
        event.stream = "stream";
        event.action = random.nextInt(task.actions());
        event.reward = (float) random.nextDouble();
        byte[] pixels = event.features.resizeBytes(task.observationSize());
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(10) == 0 ? 1 : 0);
        }
        event.terminal = random.nextInt(10) == 0;
        event.hasNextObservation = event.terminal;
        if (event.terminal) {
            event.nextObservation.resizeBytes(task.observationSize());
        }
        return event;
    }

    private static LearnerSpec classifier(Normalisation normalisation, MethodSpec method, int metricsEvery) {
        return learner(
                new TaskSpec.Classification(List.of(784), CLASSES, 1),
                network(List.of(), List.of(512, 512), normalisation),
                method,
                new OptimiserSpec.Adam(1e-4, 0.9, 0.999, 1e-8),
                CLASSIFIER_BATCH,
                metricsEvery);
    }

    private static LearnerSpec miniature(
            ValueHeadSpec head, Normalisation normalisation, MethodSpec method, int metricsEvery) {
        TaskSpec task = new TaskSpec.Reinforcement(
                List.of(4, 10, 10),
                6,
                1,
                replay(100_000, ObservationEncoding.BITS),
                head,
                0,
                TRANSITIONS / 2,
                1,
                new TargetSpec.Copied(1000));
        return values(
                task,
                network(List.of(new ConvolutionSpec(16, 3, 1, 0)), List.of(128), normalisation),
                method,
                metricsEvery);
    }

    private static LearnerSpec values(TaskSpec task, NetworkSpec network, MethodSpec method, int metricsEvery) {
        OptimiserSpec adam = new OptimiserSpec.Adam(2.5e-4, 0.9, 0.999, 3.125e-4);
        return learner(task, network, method, adam, VALUE_BATCH, metricsEvery);
    }

    private static LearnerSpec learner(
            TaskSpec task, NetworkSpec network, MethodSpec method, OptimiserSpec adam, int batch, int metricsEvery) {
        return new LearnerSpec(
                "benchmark",
                "benchmark",
                List.of("stream"),
                7,
                task,
                network,
                method,
                List.of(),
                adam,
                new ScheduleSpec.Constant(),
                batch,
                0,
                false,
                MetricsSpec.cheap(metricsEvery),
                3,
                false,
                new Provenance("", ""));
    }

    private static NetworkSpec network(
            List<ConvolutionSpec> convolutions, List<Integer> hidden, Normalisation normalisation) {
        return new NetworkSpec(convolutions, hidden, Activation.RELU, 0.01, normalisation, 1e-5, Initialiser.PYTORCH);
    }

    private static ReplaySpec replay(int capacity, ObservationEncoding encoding) {
        return new ReplaySpec(capacity, encoding, 1, 1, 0.99, new SamplingSpec.Uniform());
    }

    private static ValueHeadSpec expected() {
        return new ValueHeadSpec.Expected(TdLoss.HUBER, false, false);
    }

    private static MethodSpec nap() {
        return new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.FREE, 0.999), false);
    }

    private static MethodSpec sn() {
        return new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.ALWAYS, 1, Scheduler.NONE, true);
    }
}
