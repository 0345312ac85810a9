package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import perennial.learning.event.Event;

/** Events for tests. */
final class Events {

    private Events() {}

    static Event example(long sequence, int label, float... features) {
        Event event = new Event();
        event.kind = Event.Kind.EXAMPLE;
        event.stream = "stream";
        event.sequence = sequence;
        System.arraycopy(features, 0, event.features.resizeFloats(features.length), 0, features.length);
        event.label = label;
        return event;
    }

    static Event regression(long sequence, float[] target, float... features) {
        Event event = example(sequence, -1, features);
        System.arraycopy(target, 0, event.target.resizeFloats(target.length), 0, target.length);
        return event;
    }

    static Event reset(long sequence, int task) {
        Event event = new Event();
        event.kind = Event.Kind.LABEL_RESET;
        event.stream = "stream";
        event.sequence = sequence;
        event.task = task;
        return event;
    }

    /** Random examples, each followed by a label reset with a probability of one in {@code resetEvery}; 0 for none. */
    static List<Event> random(TaskSpec task, int count, int resetEvery, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Event> events = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < count; i++) {
            if (resetEvery > 0 && random.nextInt(resetEvery) == 0) {
                events.add(reset(events.size(), ++number));
                continue;
            }
            float[] features = new float[task.inputSize()];
            for (int j = 0; j < features.length; j++) {
                features[j] = (float) random.nextDouble(-1, 1);
            }
            if (task instanceof TaskSpec.Classification classification) {
                events.add(example(events.size(), random.nextInt(classification.classes()), features));
            } else {
                float[] target = new float[task.outputs()];
                for (int j = 0; j < target.length; j++) {
                    target[j] = (float) random.nextDouble(-1, 1);
                }
                events.add(regression(events.size(), target, features));
            }
        }
        return events;
    }
}
