/**
 * Observers of how able to learn a network still is; they change nothing that training sees. Each value's definition is in
 * docs/metrics.md. May import engine, network, optimise and random.
 */
package perennial.learning.plasticity;
