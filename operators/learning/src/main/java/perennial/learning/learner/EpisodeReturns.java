package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;

/** Sums of the rewards of each actor's present episode. An episode that began before the first transition seen counts from there. */
final class EpisodeReturns {

    private static final class Running {
        final String stream;
        final int actor;
        long episode;
        double sum;

        Running(String stream, int actor) {
            this.stream = stream;
            this.actor = actor;
        }
    }

    private final List<Running> all = new ArrayList<>();

    /** Adds a transition's reward, and tells {@code progress} where its episode ends with it. */
    void add(Event event, Progress progress) {
        Running running = of(event);
        if (running.episode != event.episode) {
            running.episode = event.episode;
            running.sum = 0;
        }
        running.sum += event.reward;
        if (event.terminal || event.truncated) {
            progress.episodeEnded(running.sum, false);
            running.sum = 0;
        }
    }

    private Running of(Event event) {
        for (int i = 0; i < all.size(); i++) {
            Running running = all.get(i);
            if (running.actor == event.actor && running.stream.equals(event.stream)) {
                return running;
            }
        }
        Running running = new Running(event.stream, event.actor);
        running.episode = event.episode;
        all.add(running);
        return running;
    }

    void save(LearnerState state) {
        long[] numbers = new long[2 * all.size()];
        double[] sums = new double[all.size()];
        for (int i = 0; i < sums.length; i++) {
            Running running = all.get(i);
            numbers[2 * i] = running.actor;
            numbers[2 * i + 1] = running.episode;
            sums[i] = running.sum;
            state.put("returns.stream." + i, running.stream);
        }
        state.put("returns.actors", numbers).put("returns.sums", sums);
    }

    void restore(LearnerState state) {
        all.clear();
        long[] numbers = state.longs("returns.actors");
        double[] sums = state.doubles("returns.sums");
        for (int i = 0; i < sums.length; i++) {
            Running running = new Running(state.string("returns.stream." + i), (int) numbers[2 * i]);
            running.episode = numbers[2 * i + 1];
            running.sum = sums[i];
            all.add(running);
        }
    }
}
