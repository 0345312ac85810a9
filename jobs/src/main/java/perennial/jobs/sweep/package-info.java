/**
 * Sweeps: many learners as one job, and what they found in numbers, tables and plots. May import everything but the command line and
 * the demonstration.
 */
package perennial.jobs.sweep;
