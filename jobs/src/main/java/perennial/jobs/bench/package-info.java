/**
 * Measurements of whole jobs: what stands around a learner, what a checkpoint costs, how learners share cores, how long a start takes. Each
 * measurement has a process of its own, and the broker has another. May import everything but the command line.
 */
package perennial.jobs.bench;
