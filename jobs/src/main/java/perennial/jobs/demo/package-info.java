/**
 * The demonstration: a broker, a job and a producer in one process, and what they find. May import everything but the command line.
 */
package perennial.jobs.demo;
