package perennial.learning.learner;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.method.MethodSpec.Twin;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/**
 * Tiny learners that together use every part of every spec, which {@link VariantsTest} holds them to: every method with every
 * optimiser and on every kind of task, every intervention, head, way to draw from replay memory, metric group, twin and schedule.
 */
final class Variants {

    private static final ScheduleSpec CONSTANT = new ScheduleSpec.Constant();
    private static final MethodSpec NONE = new MethodSpec.None();
    private static final MethodSpec SN =
            new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.ALWAYS, 0.8, Scheduler.NONE, false);
    private static final OptimiserSpec ADAM = new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8);

    private final Map<String, LearnerSpec> all = new LinkedHashMap<>();

    private Variants() {
        methodsWithOptimisers();
        methodsOnOtherTasks();
        interventions();
        actionValues();
        streamQ();
        twins();
        metrics();
        networks();
        schedules();
        snapshots();
    }

    /** All of them, by what they are. */
    static Map<String, LearnerSpec> all() {
        return new Variants().all;
    }

    /** Every {@code n}-th of those without costly metrics: for the other engine, whose operations cost a hundred times as much here. */
    static Map<String, LearnerSpec> everyNth(int n) {
        Map<String, LearnerSpec> some = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, LearnerSpec> variant : all().entrySet()) {
            if (number++ % n == 0 && !variant.getValue().metrics().hasProbe()) {
                some.put(variant.getKey(), variant.getValue());
            }
        }
        return some;
    }

    /** Random events for a learner's task: with label resets, and for learners of action values with gaps and ends of episodes. */
    static List<Event> events(LearnerSpec spec, int count, long seed) {
        return spec.task() instanceof TaskSpec.ActionValues task
                ? Transitions.random(task, count, seed)
                : Events.random(spec.task(), count, 9, seed);
    }

    private void add(String name, Consumer<SpecBuilder> change) {
        SpecBuilder builder = SpecBuilder.spec().with(s -> {
            s.hidden = List.of(4, 4);
            s.batchSize = 3;
            s.metrics = MetricsSpec.cheap(3);
            s.maxDivergences = 6;
        });
        if (all.put(name, builder.with(change).build()) != null) {
            throw new IllegalStateException("two variants have one name: name=" + name);
        }
    }

    // ---- What is combined ----

    private static List<OptimiserSpec> optimisers() {
        return List.of(
                new OptimiserSpec.Sgd(0.05),
                new OptimiserSpec.Momentum(0.05, 0.9, false),
                new OptimiserSpec.Momentum(0.02, 0.8, true),
                ADAM,
                new OptimiserSpec.Adam(0.02, 0.8, 0.99, 1e-4),
                new OptimiserSpec.AdamW(0.01, 0.9, 0.999, 1e-8, 0.1),
                new OptimiserSpec.AdamW(0.02, 0.8, 0.99, 1e-4, 0.2),
                new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, false),
                new OptimiserSpec.RmsProp(0.02, 0.9, 0.1, true));
    }

    private static List<OptimiserSpec> followersOfTraces() {
        return List.of(
                new OptimiserSpec.Obgd(1, 2),
                new OptimiserSpec.Obgd(0.5, 3),
                new OptimiserSpec.AdaptiveObgd(1, 2, 0.999, 1e-8),
                new OptimiserSpec.AdaptiveObgd(0.5, 3, 0.99, 1e-4));
    }

    private static List<MethodSpec> methods() {
        List<MethodSpec> methods = new ArrayList<>();
        methods.add(NONE);
        for (AffineMode mode : AffineMode.values()) {
            methods.add(new MethodSpec.NormalizeAndProject(1, new Affine(mode, 0.9), false));
            methods.add(new MethodSpec.NormalizeAndProject(3, new Affine(mode, 0.99), true));
        }
        for (Divisor divisor : Divisor.values()) {
            for (Scheduler scheduler : Scheduler.values()) {
                methods.add(new MethodSpec.SpectralNormalisation(List.of(-2), divisor, 0.8, scheduler, false));
            }
            methods.add(new MethodSpec.SpectralNormalisation(List.of(-1, -3), divisor, 0.5, Scheduler.NONE, true));
        }
        methods.add(new MethodSpec.WeightNormalisation());
        return methods;
    }

    private static List<InterventionSpec> interventionSpecs() {
        List<InterventionSpec> all = new ArrayList<>(InterventionsTest.all());
        all.add(new InterventionSpec.L2(0.1));
        all.add(new InterventionSpec.L2Init(0.1));
        all.add(new InterventionSpec.GradientPenalty(0.2));
        all.add(new InterventionSpec.NoisyUpdates(0.02));
        all.add(new InterventionSpec.ContinualBackprop(0.2, 3, 0.8, InterventionSpec.Utility.ZERO_CONTRIBUTION, true));
        all.add(new InterventionSpec.Redo(0.5, 3, 4, InterventionSpec.RedoVersion.PYTORCH));
        return all;
    }

    private static boolean fits(MethodSpec method, OptimiserSpec optimiser) {
        boolean needsAdam =
                method instanceof MethodSpec.SpectralNormalisation sn && sn.scheduler() == Scheduler.MUL_EPS;
        return !needsAdam || optimiser instanceof OptimiserSpec.Adam || optimiser instanceof OptimiserSpec.AdamW;
    }

    /** A normaliser where the method needs one, and none where it can do without. */
    private static Normalisation normalisation(MethodSpec method) {
        return method instanceof MethodSpec.NormalizeAndProject ? Normalisation.LAYER_NORM : Normalisation.NONE;
    }

    private static TaskSpec classification(boolean convolutional) {
        return new TaskSpec.Classification(convolutional ? List.of(2, 4, 4) : List.of(4), 3, convolutional ? 1 : 0.5);
    }

    private static List<ConvolutionSpec> convolutions(boolean convolutional) {
        return convolutional ? List.of(new ConvolutionSpec(2, 3, 1, 1)) : List.of();
    }

    // ---- The groups ----

    private void methodsWithOptimisers() {
        for (MethodSpec method : methods()) {
            for (OptimiserSpec optimiser : optimisers()) {
                if (fits(method, optimiser)) {
                    add("classification " + method + " " + optimiser, s -> {
                        s.task = classification(false);
                        s.method = method;
                        s.normalisation = normalisation(method);
                        s.optimiser = optimiser;
                    });
                }
            }
        }
    }

    private void methodsOnOtherTasks() {
        for (MethodSpec method : methods()) {
            boolean scalesBiases =
                    method instanceof MethodSpec.SpectralNormalisation sn && sn.scheduler() == Scheduler.BIAS_SCALING;
            add("regression " + method, s -> {
                s.task = new TaskSpec.Regression(List.of(4), 2, 1.0);
                s.method = method;
                s.normalisation = normalisation(method);
                s.predictions = true;
            });
            add("convolutional " + method, s -> {
                s.task = classification(true);
                s.convolutions = convolutions(true);
                s.method = method;
                s.normalisation = normalisation(method);
            });
            add("dqn " + method, s -> {
                s.task = Transitions.task(t -> {
                    t.observation = List.of(1, 4, 4);
                    t.head = new ValueHeadSpec.Expected(TdLoss.HUBER, true, !scalesBiases);
                    t.target = new TargetSpec.Copied(4);
                });
                s.convolutions = convolutions(true);
                s.method = method;
                s.normalisation = normalisation(method);
            });
            if (fits(method, new OptimiserSpec.Obgd(1, 2)) && !(method instanceof MethodSpec.WeightNormalisation)) {
                add("streamQ " + method, s -> {
                    s.task = new TaskSpec.StreamQ(List.of(4), 3, 1, 1, 0.9, 0.8, true, true);
                    s.method = method;
                    s.normalisation = normalisation(method);
                    s.optimiser = followersOfTraces().get(0);
                    s.batchSize = 1;
                });
            }
        }
    }

    private void interventions() {
        for (InterventionSpec intervention : interventionSpecs()) {
            for (MethodSpec method : List.of(NONE, SpecBuilder.nap(2, AffineMode.DECAY), SN)) {
                for (boolean convolutional : new boolean[] {false, true}) {
                    boolean isAdam = method == NONE || convolutional;
                    String name = intervention + " " + method + (convolutional ? " convolutional" : "");
                    add("classification " + name, s -> {
                        s.task = classification(convolutional);
                        s.convolutions = convolutions(convolutional);
                        s.method = method;
                        s.normalisation = normalisation(method);
                        s.optimiser = isAdam ? ADAM : new OptimiserSpec.Sgd(0.05);
                        s.interventions = List.of(intervention);
                    });
                    add("dqn " + name, s -> {
                        s.task = Transitions.task(t -> {
                            t.observation = convolutional ? List.of(1, 4, 4) : List.of(4);
                            t.head = new ValueHeadSpec.Expected(TdLoss.SQUARED, false, convolutional);
                            t.target = new TargetSpec.Averaged(0.1);
                            t.updateEvery = 2;
                        });
                        s.convolutions = convolutions(convolutional);
                        s.method = method;
                        s.normalisation = normalisation(method);
                        s.interventions = List.of(intervention);
                    });
                }
            }
        }
        add("all interventions that get on together", s -> {
            s.task = classification(false);
            s.interventions = List.of(
                    new InterventionSpec.L2(1e-3),
                    new InterventionSpec.L2Init(1e-3),
                    new InterventionSpec.NoisyUpdates(1e-3),
                    new InterventionSpec.ShrinkAndPerturb(InterventionSpec.Time.UPDATE, 0.99, 0.01),
                    new InterventionSpec.ShrinkAndPerturb(InterventionSpec.Time.LABEL_RESET, 0.8, 0.1),
                    new InterventionSpec.Redo(0.7, 3, 4, InterventionSpec.RedoVersion.PYTORCH),
                    new InterventionSpec.ContinualBackprop(0.1, 2, 0.9, InterventionSpec.Utility.CONTRIBUTION, true));
        });
    }

    private void actionValues() {
        List<ValueHeadSpec> heads = new ArrayList<>();
        for (boolean doubleQ : new boolean[] {false, true}) {
            for (boolean dueling : new boolean[] {false, true}) {
                for (TdLoss loss : TdLoss.values()) {
                    heads.add(new ValueHeadSpec.Expected(loss, doubleQ, dueling));
                }
                heads.add(new ValueHeadSpec.Categorical(
                        doubleQ ? 5 : 3, doubleQ ? -2 : -3, dueling ? 2 : 3, doubleQ, dueling));
            }
        }
        SamplingSpec[] samplings = {
            new SamplingSpec.Uniform(),
            new SamplingSpec.Prioritised(0.6, 0.4, 1, 10, 1e-6),
            new SamplingSpec.Prioritised(1, 0.5, 0.9, 20, 1e-3)
        };
        int number = 0;
        for (ValueHeadSpec head : heads) {
            for (SamplingSpec sampling : samplings) {
                for (int steps : new int[] {1, 3}) {
                    int i = number++;
                    add(head + " " + sampling + " steps=" + steps, s -> {
                        s.task = Transitions.task(t -> {
                            t.head = head;
                            t.sampling = sampling;
                            t.steps = steps;
                            t.history = 1 + i % 2;
                            t.observation = i % 5 == 0 ? List.of(2, 3, 3) : List.of(4);
                            t.actions = 2 + i % 3;
                            t.scale = i % 4 == 0 ? 0.5 : 1;
                            t.discount = i % 3 == 0 ? 0.9 : 0.99;
                            t.encoding = ObservationEncoding.values()[i % ObservationEncoding.values().length];
                            // Smaller than the events, so that the oldest go.
                            t.capacity = i % 2 == 0 ? 20 : 64;
                            t.rewardLimit = i % 2;
                            t.warmUp = i % 3 * 4;
                            t.updateEvery = 1 + i % 2;
                            t.target = i % 2 == 0
                                    ? new TargetSpec.Copied(1 + i % 5)
                                    : new TargetSpec.Averaged(0.1 + 0.1 * (i % 3));
                        });
                        s.method = NONE;
                        s.convolutions = i % 5 == 0 ? convolutions(true) : List.of();
                        s.normalisation = Normalisation.values()[i % Normalisation.values().length];
                        s.optimiser = optimisers().get(i % optimisers().size());
                    });
                }
            }
        }
    }

    private void streamQ() {
        for (OptimiserSpec optimiser : followersOfTraces()) {
            for (boolean normalises : new boolean[] {false, true}) {
                for (boolean scales : new boolean[] {false, true}) {
                    for (int history : new int[] {1, 2}) {
                        boolean convolutional = history == 2;
                        add(
                                "streamQ " + optimiser + " normalises=" + normalises + " scales=" + scales + " history="
                                        + history,
                                s -> {
                                    s.task = new TaskSpec.StreamQ(
                                            convolutional ? List.of(1, 4, 4) : List.of(4),
                                            2 + history,
                                            scales ? 1 : 0.5,
                                            history,
                                            normalises ? 0.99 : 0.9,
                                            scales ? 0.8 : 0.9,
                                            normalises,
                                            scales);
                                    s.convolutions = convolutions(convolutional);
                                    s.method = NONE;
                                    s.activation = Activation.LEAKY_RELU;
                                    s.optimiser = optimiser;
                                    s.batchSize = 1;
                                });
                    }
                }
            }
        }
    }

    private void twins() {
        for (Twin twin : Twin.values()) {
            for (AffineMode mode : AffineMode.values()) {
                if (twin == Twin.ALONE || mode == AffineMode.JOINT) {
                    continue;
                }
                boolean rescales = mode == AffineMode.FREE;
                MethodSpec method = new MethodSpec.NormalizeAndProject(1, new Affine(mode, 0.95), rescales, twin);
                add("twin classification " + method, s -> {
                    s.task = classification(false);
                    s.method = method;
                    s.optimiser = rescales ? ADAM : new OptimiserSpec.Sgd(0.1);
                });
                add("twin dqn " + method, s -> {
                    s.task = Transitions.task(t -> {
                        t.target = new TargetSpec.Copied(3);
                        t.sampling = new SamplingSpec.Prioritised(0.5, 0.4, 1, 30, 1e-6);
                    });
                    s.method = method;
                    s.optimiser = new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, rescales);
                });
            }
        }
        MethodSpec method =
                new MethodSpec.NormalizeAndProject(2, new Affine(AffineMode.DECAY, 0.95), true, Twin.PER_LAYER);
        for (OptimiserSpec optimiser : optimisers()) {
            add("twin regression " + optimiser, s -> {
                s.task = new TaskSpec.Regression(List.of(5), 1, 2.0);
                s.method = method;
                s.optimiser = optimiser;
            });
        }
    }

    private void metrics() {
        Map<String, MetricsSpec> groups = new LinkedHashMap<>();
        groups.put("every metric", SpecBuilder.everything(2, 4));
        groups.put("spectral norms", new MetricsSpec(1, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1));
        groups.put("ranks", new MetricsSpec(1, 0, 2, 0, 0, 0, 0, 0, 4, 1, 1, 1));
        groups.put("input gradients", new MetricsSpec(1, 0, 0, 2, 0, 0, 0, 0, 4, 1, 1, 1));
        groups.put("jacobian", new MetricsSpec(1, 0, 0, 0, 2, 0, 0, 0, 4, 2, 1, 1));
        groups.put("interference", new MetricsSpec(1, 0, 0, 0, 0, 2, 0, 0, 4, 2, 1, 1));
        groups.put("curvature", new MetricsSpec(1, 0, 0, 0, 0, 0, 2, 0, 4, 1, 1, 1));
        groups.put("plasticity probe", new MetricsSpec(1, 0, 0, 0, 0, 0, 0, 2, 4, 1, 2, 2));
        groups.forEach((name, metrics) -> {
            boolean isAll = name.startsWith("every");
            add("classification with " + name, s -> {
                s.task = classification(isAll);
                s.convolutions = convolutions(isAll);
                s.method = isAll ? SN : s.method;
                s.metrics = metrics;
            });
            add("dqn with " + name, s -> {
                s.task = Transitions.task(t -> t.target = new TargetSpec.Copied(4));
                s.metrics = metrics;
            });
        });
        MetricsSpec everything = groups.get("every metric");
        add("regression with every metric", s -> {
            s.task = new TaskSpec.Regression(List.of(4), 2, 1.0);
            s.metrics = everything;
            s.interventions = List.of(InterventionsTest.all().get(8));
        });
        add("c51 with every metric", s -> {
            s.task = Transitions.task(t -> t.head = new ValueHeadSpec.Categorical(3, -2, 2, true, true));
            s.metrics = everything;
        });
        add("streamQ with every metric", s -> {
            s.task = new TaskSpec.StreamQ(List.of(4), 3, 1, 1, 0.9, 0.8, true, true);
            s.optimiser = followersOfTraces().get(2);
            s.batchSize = 1;
            s.metrics = everything;
        });
        add("twin with every metric", s -> {
            s.method = new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.DECAY, 0.95), false, Twin.GLOBAL);
            s.metrics = everything;
        });
        add("weight normalisation with every metric", s -> {
            s.method = new MethodSpec.WeightNormalisation();
            s.normalisation = Normalisation.NONE;
            s.metrics = everything;
        });
    }

    private void networks() {
        for (Activation activation : Activation.values()) {
            for (Normalisation normalisation : Normalisation.values()) {
                add("network " + activation + " " + normalisation, s -> {
                    s.task = classification(true);
                    s.convolutions = List.of(new ConvolutionSpec(2, 3, 1, 0), new ConvolutionSpec(3, 2, 2, 1));
                    s.activation = activation;
                    s.leakySlope = 0.2;
                    s.normalisation = normalisation;
                    s.normalisationEpsilon = 1e-5;
                    s.method = NONE;
                });
            }
        }
        for (Initialiser initialiser : Initialiser.values()) {
            add("network " + initialiser, s -> {
                // So wide that a sparse layer has a weight that is not 0.
                s.task = new TaskSpec.Classification(List.of(12), 4, 1);
                s.hidden = List.of(12);
                s.initialiser = initialiser;
                s.seed = 8;
            });
        }
    }

    private void snapshots() {
        for (SnapshotSpec snapshots : List.of(new SnapshotSpec(2, 1), new SnapshotSpec(3, 2))) {
            add("classification with " + snapshots, s -> {
                s.task = classification(false);
                s.method = SN;
                s.snapshots = snapshots;
            });
            add("dqn with " + snapshots, s -> {
                s.task = Transitions.task(t -> t.target = new TargetSpec.Copied(4));
                s.interventions = List.of(InterventionsTest.all().get(8));
                s.snapshots = snapshots;
            });
            add("streamQ with " + snapshots, s -> {
                s.task = new TaskSpec.StreamQ(List.of(4), 3, 1, 1, 0.9, 0.8, true, true);
                s.optimiser = followersOfTraces().get(2);
                s.batchSize = 1;
                s.snapshots = snapshots;
            });
        }
    }

    private void schedules() {
        List<ScheduleSpec> schedules = List.of(
                CONSTANT,
                new ScheduleSpec.Linear(1e-3, 10, true),
                new ScheduleSpec.Linear(1e-2, 20, false),
                new ScheduleSpec.Cosine(0, 4, 1e-3, 12, false),
                new ScheduleSpec.Cosine(1e-3, 3, 1e-4, 9, true));
        for (ScheduleSpec schedule : schedules) {
            for (boolean resets : new boolean[] {false, true}) {
                add("schedule " + schedule + " resets=" + resets, s -> {
                    s.schedule = schedule;
                    s.resetOptimiserOnReset = resets;
                    s.maxGradientNorm = resets ? 0.5 : 0;
                    s.maxDivergences = 4;
                    s.predictions = resets;
                });
            }
        }
    }
}
