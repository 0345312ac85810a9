package perennial.learning.replay;

import java.util.Arrays;

/**
 * Weights by slot, with their sum and a search by partial sum, both in logarithmic time. Leaf i is node capacity + i of a
 * binary tree in an array, whose node n has the children 2n and 2n + 1; a node is always the sum of its children, so that the tree
 * follows from its leaves bit by bit.
 */
final class SumTree {

    private final int leaves;
    private final double[] nodes;

    /** @param slots number of weights, all 0 at first */
    SumTree(int slots) {
        this.leaves = Math.max(2, Integer.highestOneBit(Math.max(1, slots - 1)) << 1);
        this.nodes = new double[Math.multiplyExact(2, leaves)];
    }

    double get(int slot) {
        return nodes[leaves + slot];
    }

    /** @param weight 0 or more */
    void set(int slot, double weight) {
        int node = leaves + slot;
        nodes[node] = weight;
        for (node >>= 1; node > 0; node >>= 1) {
            nodes[node] = nodes[2 * node] + nodes[2 * node + 1];
        }
    }

    double total() {
        return nodes[1];
    }

    /** The slot that the partial sums pass {@code sum} at, from 0 to the total; its weight is positive if any is. */
    int find(double sum) {
        int node = 1;
        double rest = sum;
        while (node < leaves) {
            int left = 2 * node;
            // Rounding may lead past the last weight, so an empty side is never entered.
            if (nodes[left + 1] <= 0 || (rest < nodes[left] && nodes[left] > 0)) {
                node = left;
            } else {
                rest -= nodes[left];
                node = left + 1;
            }
        }
        return node - leaves;
    }

    void clear() {
        Arrays.fill(nodes, 0);
    }
}
