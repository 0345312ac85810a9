/**
 * What holds a network's weights around the optimiser's step to keep it able to learn: Normalize-and-Project and its twins,
 * Spectral Normalisation, weight normalisation. May import engine, network, optimise, random and state.
 */
package perennial.learning.method;
