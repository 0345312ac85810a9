package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import perennial.learning.event.Event;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/** Reinforcement tasks and transitions for tests. */
final class Transitions {

    List<Integer> observation = List.of(4);
    int actions = 3;
    double scale = 1;
    int capacity = 64;
    ObservationEncoding encoding = ObservationEncoding.FLOATS;
    int history = 1;
    int steps = 1;
    double discount = 0.99;
    SamplingSpec sampling = new SamplingSpec.Uniform();
    ValueHeadSpec head = new ValueHeadSpec.Expected(TdLoss.HUBER, false, false);
    double rewardLimit = 0;
    int warmUp = 8;
    int updateEvery = 1;
    TargetSpec target = new TargetSpec.Copied(10);

    static TaskSpec.Reinforcement task(Consumer<Transitions> change) {
        Transitions task = new Transitions();
        change.accept(task);
        return new TaskSpec.Reinforcement(
                task.observation,
                task.actions,
                task.scale,
                new ReplaySpec(task.capacity, task.encoding, task.history, task.steps, task.discount, task.sampling),
                task.head,
                task.rewardLimit,
                task.warmUp,
                task.updateEvery,
                task.target);
    }

    /** Random episodes of two actors, taking turns at random, with now and then a gap and a label reset. */
    static List<Event> random(TaskSpec.ActionValues task, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Event> events = new ArrayList<>();
        long[] sequences = new long[2];
        long[] episodes = new long[2];
        int resets = 0;
        while (events.size() < count) {
            int actor = random.nextInt(2);
            Event event = new Event();
            event.stream = "stream";
            event.actor = actor;
            int chance = random.nextInt(40);
            if (chance == 0) {
                event.kind = Event.Kind.LABEL_RESET;
                event.task = ++resets;
            } else {
                event.kind = Event.Kind.TRANSITION;
                event.episode = episodes[actor];
                event.action = random.nextInt(task.actions());
                event.reward = (float) random.nextDouble(-2, 2);
                event.terminal = chance == 1 || chance == 2;
                event.truncated = chance == 3;
                event.hasNextObservation = event.terminal || event.truncated || chance == 4;
                fill(event.features.resizeFloats(task.observationSize()), random);
                if (event.hasNextObservation) {
                    fill(event.nextObservation.resizeFloats(task.observationSize()), random);
                }
                episodes[actor] += event.terminal || event.truncated ? 1 : 0;
                sequences[actor] += chance == 5 ? 1 : 0;
            }
            event.sequence = sequences[actor]++;
            events.add(event);
        }
        return events;
    }

    private static void fill(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(2);
        }
    }
}
