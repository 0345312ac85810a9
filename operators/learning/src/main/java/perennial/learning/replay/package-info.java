/**
 * Replay memory: what actors saw and did, kept to be learned from again. Observations are stored once each, packed, in segments
 * that do not change when they are full, so that a checkpoint shares them with the learner.
 */
package perennial.learning.replay;
