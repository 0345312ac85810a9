package perennial.learning.learner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.network.ReferenceNetwork;
import perennial.learning.optimise.OptimiserSpec;

/**
 * Stream Q(lambda) written naively: double precision, gradients by finite differences, moments summed anew over all that was seen. Slow;
 * the truth that {@link StreamQLearner} is held to.
 */
final class NaiveStreamQ {

    private static final double STEP = 1e-6;

    /** One actor's episode as far as it has got. */
    private static final class Track {
        final List<double[]> frames = new ArrayList<>();
        Event pending;
        double[] pendingInput;
        double pendingReward;
        Features ahead;
        long episode;
        long sequence = Long.MIN_VALUE;
        double discountedReturn;
    }

    final Map<String, double[]> parameters = new LinkedHashMap<>();
    private final Map<String, double[]> trace = new HashMap<>();
    private final Map<String, double[]> squareMean = new HashMap<>();
    private final LearnerSpec spec;
    private final TaskSpec.StreamQ task;
    private final ReferenceNetwork network;
    private final List<double[]> observations = new ArrayList<>();
    private final List<Double> returns = new ArrayList<>();
    private final Map<Integer, Track> tracks = new HashMap<>();
    private Track traced;
    private int updates;

    /** Squared errors of the updates. */
    final List<Double> losses = new ArrayList<>();

    NaiveStreamQ(LearnerSpec spec, NamedTensors weights) {
        this.spec = spec;
        this.task = (TaskSpec.StreamQ) spec.task();
        this.network = new ReferenceNetwork(spec.network(), task.input(), task.outputs());
        weights.asMap().forEach((name, tensor) -> {
            double[] values = new double[tensor.data().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.data()[i];
            }
            parameters.put(name, values);
            trace.put(name, new double[values.length]);
            squareMean.put(name, new double[values.length]);
        });
    }

    void observe(Event event) {
        Track track = tracks.computeIfAbsent(event.actor, actor -> new Track());
        if (event.kind != Event.Kind.TRANSITION) {
            tracks.values().forEach(t -> {
                if (t == track && event.sequence == t.sequence + 1) {
                    t.sequence++;
                }
            });
            return;
        }
        if (track != traced) {
            clear();
            traced = track;
        }
        boolean continues = track.episode == event.episode && track.sequence + 1 == event.sequence;
        if (continues && track.pending != null) {
            double[] next = see(track, event.features);
            update(track.pendingInput, track.pending.action, track.pendingReward, next, false);
            track.pendingInput = next;
        } else if (!continues || track.ahead == null || !track.ahead.equals(event.features)) {
            clear();
            track.frames.clear();
            track.discountedReturn = 0;
            track.pendingInput = see(track, event.features);
        }
        track.ahead = null;
        track.pending = event;
        track.episode = event.episode;
        track.sequence = event.sequence;
        track.pendingReward = reward(track, event.reward);
        if (event.terminal) {
            update(track.pendingInput, event.action, track.pendingReward, null, true);
            end(track);
        } else if (event.hasNextObservation) {
            double[] next = see(track, event.nextObservation);
            update(track.pendingInput, event.action, track.pendingReward, next, event.truncated);
            track.pending = null;
            track.pendingInput = next;
            track.ahead = event.nextObservation;
            if (event.truncated) {
                end(track);
            }
        }
    }

    private static void end(Track track) {
        track.pending = null;
        track.ahead = null;
        track.sequence = Long.MIN_VALUE;
    }

    private double reward(Track track, double reward) {
        if (!task.scaleRewards()) {
            return reward;
        }
        track.discountedReturn = task.discount() * track.discountedReturn + reward;
        returns.add(track.discountedReturn);
        double[] all = returns.stream().mapToDouble(Double::doubleValue).toArray();
        return reward / Math.sqrt(variance(all) + 1e-8);
    }

    private double[] see(Track track, Features features) {
        float[] scaled = new float[features.length()];
        features.writeScaled((float) task.scale(), scaled, 0);
        double[] frame = new double[scaled.length];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = scaled[i];
        }
        track.frames.add(frame);
        double[] input = new double[task.inputSize()];
        for (int back = 0; back < task.history(); back++) {
            int at = (task.history() - 1 - back) * frame.length;
            if (back < track.frames.size()) {
                double[] source = track.frames.get(track.frames.size() - 1 - back);
                for (int i = 0; i < frame.length; i++) {
                    input[at + i] = task.normaliseObservations() ? standardised(source[i], i) : source[i];
                }
            }
        }
        observations.add(frame);
        return input;
    }

    /** By all observations before and this value. */
    private double standardised(double value, int index) {
        double[] all = Stream.concat(observations.stream().map(o -> o[index]), Stream.of(value))
                .mapToDouble(Double::doubleValue)
                .toArray();
        double mean = 0;
        for (double other : all) {
            mean += other / all.length;
        }
        return (value - mean) / Math.sqrt(variance(all) + 1e-8);
    }

    private static double variance(double[] all) {
        if (all.length < 2) {
            return 1;
        }
        double mean = 0;
        for (double value : all) {
            mean += value / all.length;
        }
        double sum = 0;
        for (double value : all) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (all.length - 1);
    }

    private void update(double[] input, int action, double reward, double[] next, boolean endsEpisode) {
        updates++;
        double target = reward;
        if (next != null) {
            double[] values = network.outputs(parameters, next);
            target += task.discount() * values[greedy(values)];
        }
        double[] values = network.outputs(parameters, input);
        boolean isGreedy = greedy(values) == action;
        double error = target - values[action];
        losses.add(error * error);
        Map<String, double[]> gradient = gradient(input, action);
        Map<String, double[]> direction = new HashMap<>();
        double length = 0;
        for (String name : parameters.keySet()) {
            double[] z = trace.get(name);
            double[] v = squareMean.get(name);
            double[] d = new double[z.length];
            for (int i = 0; i < z.length; i++) {
                z[i] = task.discount() * task.lambda() * z[i] - gradient.get(name)[i];
                d[i] = z[i];
                if (spec.optimiser() instanceof OptimiserSpec.AdaptiveObgd adaptive) {
                    double beta = adaptive.beta2();
                    v[i] = beta * v[i] + (1 - beta) * error * error * z[i] * z[i];
                    d[i] = z[i] / Math.sqrt(v[i] / (1 - Math.pow(beta, updates)) + adaptive.epsilon());
                }
                length += Math.abs(d[i]);
            }
            direction.put(name, d);
        }
        double rate = spec.optimiser().learningRate();
        double kappa = spec.optimiser() instanceof OptimiserSpec.AdaptiveObgd adaptive
                ? adaptive.kappa()
                : ((OptimiserSpec.Obgd) spec.optimiser()).kappa();
        double bound = rate * kappa * Math.max(Math.abs(error), 1) * length;
        parameters.forEach((name, w) -> {
            for (int i = 0; i < w.length; i++) {
                w[i] -= rate / Math.max(bound, 1) * error * direction.get(name)[i];
            }
        });
        if (!isGreedy || endsEpisode) {
            clear();
        }
    }

    private Map<String, double[]> gradient(double[] input, int action) {
        Map<String, double[]> gradient = new HashMap<>();
        parameters.forEach((name, values) -> {
            double[] slopes = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                double middle = values[i];
                values[i] = middle + STEP;
                double above = network.outputs(parameters, input)[action];
                values[i] = middle - STEP;
                double below = network.outputs(parameters, input)[action];
                values[i] = middle;
                slopes[i] = (above - below) / (2 * STEP);
            }
            gradient.put(name, slopes);
        });
        return gradient;
    }

    private static int greedy(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private void clear() {
        trace.values().forEach(z -> java.util.Arrays.fill(z, 0));
    }
}
