package perennial.learning.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perennial.learning.event.Event;
import perennial.learning.event.Features;

/**
 * Replay memory written naively, with object links and whole copies: the truth that {@link ReplayMemory} is held to. Actions are
 * taken for the names of transitions.
 */
final class NaiveReplay {

    /** What a draw of one transition must give. */
    record Draw(float[] input, double sum, double discount, float[] nextInput) {}

    private static final class Row {
        float[] observation;
        Row previous;
        Row next;
        int index;
        int action = -1;
        float reward;
        boolean isTerminal;
        boolean isCut;
    }

    private static final class Actor {
        Row last;
        boolean isOpen;
        long episode;
        long sequence;
    }

    private final ReplaySpec spec;
    private final int size;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Actor> actors = new HashMap<>();

    NaiveReplay(ReplaySpec spec, int size) {
        this.spec = spec;
        this.size = size;
    }

    void add(Event event) {
        Actor actor = actors.computeIfAbsent(event.stream + "/" + event.actor, k -> new Actor());
        float[] observation = values(event.features);
        boolean continues = actor.isOpen
                && isKept(actor.last)
                && actor.episode == event.episode
                && actor.sequence + 1 == event.sequence;
        Row row;
        if (continues && actor.last.action < 0 && java.util.Arrays.equals(actor.last.observation, observation)) {
            row = actor.last;
        } else if (continues && actor.last.action >= 0) {
            row = append(observation, actor.last);
        } else {
            if (actor.isOpen && isKept(actor.last)) {
                actor.last.action = -1;
                if (actor.last.previous != null) {
                    actor.last.previous.isCut = true;
                }
            }
            row = append(observation, null);
        }
        row.action = event.action;
        row.reward = event.reward;
        row.isTerminal = event.terminal;
        actor.last = row;
        actor.isOpen = !event.terminal && !event.truncated;
        if (!event.terminal && event.hasNextObservation) {
            row.isCut = event.truncated;
            actor.last = append(values(event.nextObservation), row);
        }
        actor.episode = event.episode;
        actor.sequence = event.sequence;
    }

    void pass(Event event) {
        Actor actor = actors.get(event.stream + "/" + event.actor);
        if (actor != null && actor.sequence + 1 == event.sequence) {
            actor.sequence++;
        }
    }

    private Row append(float[] observation, Row previous) {
        Row row = new Row();
        row.observation = observation;
        row.index = rows.size();
        rows.add(row);
        if (previous != null && isKept(previous)) {
            row.previous = previous;
            previous.next = row;
        }
        return row;
    }

    private boolean isKept(Row row) {
        return row.index >= rows.size() - spec.capacity();
    }

    /** All that can be drawn now, by action. */
    Map<Integer, Draw> draws() {
        Map<Integer, Draw> draws = new TreeMap<>();
        for (Row row : rows) {
            Draw draw = isKept(row) ? draw(row) : null;
            if (draw != null) {
                draws.put(row.action, draw);
            }
        }
        return draws;
    }

    private Draw draw(Row row) {
        float[] input = stack(row);
        if (input == null) {
            return null;
        }
        double sum = 0;
        Row current = row;
        for (int i = 0; i < spec.steps(); i++) {
            if (current.action < 0) {
                return null;
            }
            sum += Math.pow(spec.discount(), i) * current.reward;
            if (current.isTerminal) {
                return new Draw(input, sum, 0, new float[input.length]);
            }
            if (current.next == null) {
                return null;
            }
            if (current.isCut) {
                return new Draw(input, sum, Math.pow(spec.discount(), i + 1), stack(current.next));
            }
            current = current.next;
        }
        return new Draw(input, sum, Math.pow(spec.discount(), spec.steps()), stack(current));
    }

    private float[] stack(Row row) {
        float[] stack = new float[size * spec.history()];
        Row current = row;
        for (int i = spec.history() - 1; i >= 0 && current != null; i--) {
            if (!isKept(current)) {
                return null;
            }
            System.arraycopy(current.observation, 0, stack, i * size, size);
            current = current.previous;
        }
        return stack;
    }

    private float[] values(Features features) {
        float[] values = new float[size];
        features.writeScaled(1f, values, 0);
        return values;
    }
}
