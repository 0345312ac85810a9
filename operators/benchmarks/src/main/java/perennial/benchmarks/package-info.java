/**
 * Whole updates of a learner, timed in processes of their own, here and in PyTorch. May use all of {@code perennial.learning}.
 */
package perennial.benchmarks;
