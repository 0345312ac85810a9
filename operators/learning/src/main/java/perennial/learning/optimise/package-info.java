/**
 * What turns gradients into steps: optimisers, learning-rate schedules, clipping. May import engine and network.
 */
package perennial.learning.optimise;
