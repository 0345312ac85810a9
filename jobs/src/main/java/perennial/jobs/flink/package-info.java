/**
 * Flink inside this process: a cluster that runs a job graph, and what can be asked of it. May import Flink and nothing of
 * Perennial but what stands in {@code perennial.jobs} itself.
 */
package perennial.jobs.flink;
