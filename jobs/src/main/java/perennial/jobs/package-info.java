/**
 * What is run from the command line or submitted to a cluster. Imports everything; nothing imports it.
 */
package perennial.jobs;
