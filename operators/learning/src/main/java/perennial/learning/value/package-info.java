/**
 * What a network that values actions learns from: targets, losses and the shapes of its outputs. Pure functions on arrays, so
 * that every engine computes them alike.
 */
package perennial.learning.value;
