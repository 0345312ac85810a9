/**
 * The command line: one class per command, thin around the rest of {@code perennial.jobs}. May import everything.
 */
package perennial.jobs.cli;
