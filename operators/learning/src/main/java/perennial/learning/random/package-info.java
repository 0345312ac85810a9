/**
 * One seed in, named independent generators out. May import state and Commons RNG.
 */
package perennial.learning.random;
