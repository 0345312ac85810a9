/**
 * The commands of the launcher, one class each. They read options, ask the configuration and the jobs to do the work, and print.
 */
package perennial.jobs.cli;
