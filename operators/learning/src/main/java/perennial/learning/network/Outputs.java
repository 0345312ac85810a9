package perennial.learning.network;

/** What a network ends with, and how many outputs it gives. */
public sealed interface Outputs {

    /** Number of outputs. */
    int count();

    /** One linear layer after the last hidden one. */
    record Linear(int count) implements Outputs {}

    /**
     * Two streams, a value and the advantages of actions (Wang et al. 2016): each has the last hidden layer and an output layer of its
     * own, and the outputs, [action][value], are put together by {@link DuelingStreams}.
     *
     * @param actions number of actions
     * @param perAction outputs of each action: 1, or the atoms of a distribution
     */
    record Dueling(int actions, int perAction) implements Outputs {
        @Override
        public int count() {
            return Math.multiplyExact(actions, perAction);
        }
    }
}
