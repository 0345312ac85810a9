package perennial.learning.learner;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.event.Rejection;
import perennial.learning.event.Rejection.Reason;
import perennial.learning.network.Outputs;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/** What is to be learned: the shapes of inputs and outputs, and which events fit them. */
public sealed interface TaskSpec extends Serializable {

    /** Shape of the input: one number for a vector, or channels, rows and columns. */
    List<Integer> input();

    /** Number of the network's outputs. */
    int outputs();

    /** What the network ends with. */
    default Outputs networkOutputs() {
        return new Outputs.Linear(outputs());
    }

    /** Whether the normalisers of the network may have scales and offsets. */
    default boolean hasAffineNormalisers() {
        return true;
    }

    /** Factor that every input value is multiplied by. */
    double scale();

    /** Why {@code event} cannot be learned from, or null if it can. Label resets always can. */
    Rejection rejectionOf(Event event);

    /** Values of one input. */
    default int inputSize() {
        return Checks.product(input());
    }

    /**
     * Cross-entropy over {@code classes} classes.
     *
     * @param input shape of the input
     * @param classes number of classes, at least 2
     * @param scale factor that every input value is multiplied by
     */
    record Classification(List<Integer> input, int classes, double scale) implements TaskSpec {
        public Classification {
            input = Checks.shape(input);
            Checks.scale(scale);
            if (classes < 2) {
                throw new IllegalArgumentException("classes must be at least 2: classes=" + classes);
            }
        }

        @Override
        public int outputs() {
            return classes;
        }

        @Override
        public Rejection rejectionOf(Event event) {
            if (event.kind == Event.Kind.LABEL_RESET) {
                return null;
            }
            if (event.kind != Event.Kind.EXAMPLE || event.target.length() > 0) {
                return Checks.wrongKind("an example with a class", event);
            }
            if (event.label < 0 || event.label >= classes) {
                return new Rejection(
                        Reason.LABEL_OUT_OF_RANGE, "label out of range: label=" + event.label + " classes=" + classes);
            }
            return Checks.features("features", event.features, inputSize(), scale);
        }
    }

    /**
     * Mean squared error over {@code outputs} values.
     *
     * @param input shape of the input
     * @param outputs number of target values, at least 1
     * @param scale factor that every input value is multiplied by
     */
    record Regression(List<Integer> input, int outputs, double scale) implements TaskSpec {
        public Regression {
            input = Checks.shape(input);
            Checks.scale(scale);
            if (outputs < 1) {
                throw new IllegalArgumentException("outputs must be at least 1: outputs=" + outputs);
            }
        }

        @Override
        public Rejection rejectionOf(Event event) {
            if (event.kind == Event.Kind.LABEL_RESET) {
                return null;
            }
            if (event.kind != Event.Kind.EXAMPLE || event.target.length() == 0) {
                return Checks.wrongKind("an example with target values", event);
            }
            Rejection target = Checks.features("target", event.target, outputs, 1);
            return target != null ? target : Checks.features("features", event.features, inputSize(), scale);
        }
    }

    /** A task whose network values actions, from the transitions of actors. */
    sealed interface ActionValues extends TaskSpec {

        /** Shape of one observation. */
        List<Integer> observation();

        /** Number of actions. */
        int actions();

        /** Observations that make one input, the last ones of the same episode; before an episode's first there are zeros. */
        int history();

        /** What the network says of an action. */
        ValueHeadSpec head();

        /** Why an observation of the right size and of finite numbers cannot be learned from, or null if it can. */
        default Rejection rejectionOf(String what, Features observation) {
            return null;
        }

        /** Shape of the network's input: the history's observations, one behind the other along the first dimension. */
        @Override
        default List<Integer> input() {
            List<Integer> shape = new ArrayList<>(observation());
            shape.set(0, Math.multiplyExact(shape.get(0), history()));
            return List.copyOf(shape);
        }

        @Override
        default int outputs() {
            return Math.multiplyExact(actions(), head().outputsPerAction());
        }

        @Override
        default Outputs networkOutputs() {
            return head().dueling()
                    ? new Outputs.Dueling(actions(), head().outputsPerAction())
                    : new Outputs.Linear(outputs());
        }

        @Override
        default int inputSize() {
            return observationSize() * history();
        }

        /** Values of one observation. */
        default int observationSize() {
            return Checks.product(observation());
        }

        @Override
        default Rejection rejectionOf(Event event) {
            if (event.kind == Event.Kind.LABEL_RESET) {
                return null;
            }
            if (event.kind == Event.Kind.EPISODE_END) {
                // Returns are added up; those that only a double can hold are not sums of rewards.
                return Math.abs(event.episodeReturn) <= Float.MAX_VALUE
                        ? null
                        : new Rejection(
                                Reason.NOT_FINITE, "return is not finite or too large: return=" + event.episodeReturn);
            }
            if (event.kind != Event.Kind.TRANSITION) {
                return Checks.wrongKind("a transition or an episode's end", event);
            }
            if (event.action < 0 || event.action >= actions()) {
                return new Rejection(
                        Reason.UNKNOWN_ACTION, "unknown action: action=" + event.action + " actions=" + actions());
            }
            if (!Float.isFinite(event.reward)) {
                return new Rejection(Reason.NOT_FINITE, "reward is not finite: reward=" + event.reward);
            }
            Rejection rejection = rejectionOfObservation("observation", event.features);
            if (rejection != null) {
                return rejection;
            }
            if (event.hasNextObservation) {
                return rejectionOfObservation("nextObservation", event.nextObservation);
            }
            return event.truncated && !event.terminal
                    ? new Rejection(Reason.WRONG_SIZE, "nextObservation is missing: truncated=true")
                    : null;
        }

        private Rejection rejectionOfObservation(String what, Features values) {
            Rejection rejection = Checks.features(what, values, observationSize(), scale());
            return rejection != null ? rejection : rejectionOf(what, values);
        }
    }

    /**
     * Q-learning from a memory of transitions.
     *
     * @param observation shape of one observation
     * @param actions number of actions, at least 2
     * @param scale factor that every value of an observation is multiplied by
     * @param replay what is kept of transitions, and how inputs and returns are made of them
     * @param head what the network says of an action, and the loss it learns from
     * @param rewardLimit rewards are cut off to this size before they are stored; 0 leaves them as they are
     * @param warmUp transitions stored before the first of those that updates are counted by
     * @param updateEvery transitions from one update to the next
     * @param target how the target network follows
     */
    record Reinforcement(
            List<Integer> observation,
            int actions,
            double scale,
            ReplaySpec replay,
            ValueHeadSpec head,
            double rewardLimit,
            int warmUp,
            int updateEvery,
            TargetSpec target)
            implements ActionValues {
        public Reinforcement {
            observation = Checks.shape(observation);
            Checks.scale(scale);
            Checks.actions(actions);
            if (!(rewardLimit >= 0)) {
                throw new IllegalArgumentException("rewardLimit must be 0 or more: rewardLimit=" + rewardLimit);
            }
            if (warmUp < 0 || updateEvery < 1) {
                throw new IllegalArgumentException("warmUp must be 0 or more and updateEvery at least 1: warmUp="
                        + warmUp + " updateEvery=" + updateEvery);
            }
        }

        @Override
        public int history() {
            return replay.history();
        }

        @Override
        public Rejection rejectionOf(String what, Features observation) {
            int unfit = replay.encoding().firstUnfit(observation);
            return unfit < 0
                    ? null
                    : new Rejection(
                            Reason.WRONG_KIND,
                            what + " does not fit the replay's encoding: encoding=" + replay.encoding() + " index="
                                    + unfit);
        }
    }

    /**
     * Q-learning from each transition at once and never again, along eligibility traces (Stream Q(lambda); Elsayed et al. 2024).
     *
     * @param observation shape of one observation
     * @param actions number of actions, at least 2
     * @param scale factor that every value of an observation is multiplied by, before it is normalised
     * @param history observations that make one input
     * @param discount what a reward counts one step later
     * @param lambda what is kept of the traces from one step to the next, beside the discount
     * @param normaliseObservations whether each value of an observation is brought to mean 0 and variance 1 over all observations so
     *     far
     * @param scaleRewards whether rewards are divided by the deviation of the discounted sums of rewards so far
     */
    record StreamQ(
            List<Integer> observation,
            int actions,
            double scale,
            int history,
            double discount,
            double lambda,
            boolean normaliseObservations,
            boolean scaleRewards)
            implements ActionValues {

        private static final ValueHeadSpec HEAD = new ValueHeadSpec.Expected(TdLoss.SQUARED, false, false);

        public StreamQ {
            observation = Checks.shape(observation);
            Checks.scale(scale);
            Checks.actions(actions);
            if (history < 1) {
                throw new IllegalArgumentException("history must be at least 1: history=" + history);
            }
            if (!(discount >= 0 && discount <= 1) || !(lambda >= 0 && lambda <= 1)) {
                throw new IllegalArgumentException(
                        "discount and lambda must lie in [0, 1]: discount=" + discount + " lambda=" + lambda);
            }
        }

        @Override
        public ValueHeadSpec head() {
            return HEAD;
        }

        @Override
        public boolean hasAffineNormalisers() {
            return false;
        }
    }

    /** Checks shared by the records above. */
    final class Checks {
        private Checks() {}

        static List<Integer> shape(List<Integer> input) {
            List<Integer> shape = List.copyOf(input);
            if ((shape.size() != 1 && shape.size() != 3) || shape.stream().anyMatch(d -> d < 1)) {
                throw new IllegalArgumentException(
                        "input must be [size] or [channels, rows, columns], each at least 1: input=" + shape);
            }
            return shape;
        }

        static void actions(int actions) {
            if (actions < 2) {
                throw new IllegalArgumentException("actions must be at least 2: actions=" + actions);
            }
        }

        /** Asked for every record: without an iterator. */
        static int product(List<Integer> shape) {
            int product = 1;
            for (int i = 0; i < shape.size(); i++) {
                product *= shape.get(i);
            }
            return product;
        }

        /** Values are multiplied as floats, and bytes by it must stay finite. */
        static void scale(double scale) {
            if ((float) scale == 0 || !Float.isFinite(255 * (float) scale)) {
                throw new IllegalArgumentException("scale must be finite and not 0: scale=" + scale);
            }
        }

        static Rejection wrongKind(String expected, Event event) {
            String found = event.kind == Event.Kind.EXAMPLE
                    ? (event.target.length() > 0 ? "an example with target values" : "an example with a class")
                    : event.kind.name().toLowerCase().replace('_', ' ');
            return new Rejection(Reason.WRONG_KIND, "expected " + expected + ": found " + found);
        }

        static Rejection features(String what, Features values, int expected, double scale) {
            if (values.length() != expected) {
                return new Rejection(
                        Reason.WRONG_SIZE,
                        what + " have the wrong size: expected=" + expected + " found=" + values.length());
            }
            int bad = values.firstNotFinite((float) scale);
            if (bad >= 0) {
                return new Rejection(
                        Reason.NOT_FINITE,
                        what + " are not finite: index=" + bad + " value=" + values.floats()[bad]
                                + (scale == 1 ? "" : " scale=" + scale));
            }
            return null;
        }
    }
}
