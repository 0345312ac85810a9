/**
 * Published remedies against the loss of plasticity, to be compared with Normalize-and-Project and combined with it:
 * regularisers, noise, resets of weights and of units. May import engine, network, optimise, method, random and state.
 */
package perennial.learning.intervention;
