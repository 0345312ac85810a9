/**
 * Everything that a learner is, as named arrays, and their versioned binary format. Imports only the JDK.
 */
package perennial.learning.state;
