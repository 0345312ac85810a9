/**
 * Observers of how able to learn a network still is; they change nothing. May import engine, network and optimise.
 */
package perennial.learning.plasticity;
