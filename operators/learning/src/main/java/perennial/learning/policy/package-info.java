/**
 * Acting with a learned network: what environments need to choose actions. A policy is a forward pass and a way to explore, without
 * anything that trains.
 */
package perennial.learning.policy;
