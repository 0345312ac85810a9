/**
 * Learners: what they are built from, what they take in, and what they say. May import everything in learning but weights.
 */
package perennial.learning.learner;
