/**
 * Networks of convolutions and linear layers, forwards and backwards, with all parameters in one flat buffer. May import engine,
 * random and the generators of Commons RNG.
 */
package perennial.learning.network;
