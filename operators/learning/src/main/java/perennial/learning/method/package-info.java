/**
 * What is done to the weights after the optimiser's step to keep a network able to learn: Normalize-and-Project. May import
 * engine, network, optimise and state.
 */
package perennial.learning.method;
