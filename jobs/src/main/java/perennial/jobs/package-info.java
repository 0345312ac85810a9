/**
 * The edge between Perennial and whoever runs it: errors that a person can mend. Its sub-packages hold the embedded
 * broker, the job graphs, the configuration and the command line.
 */
package perennial.jobs;
