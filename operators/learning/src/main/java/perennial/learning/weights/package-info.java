/**
 * Weights as files that other tools read. May import learner for its named tensors, and Jackson.
 */
package perennial.learning.weights;
