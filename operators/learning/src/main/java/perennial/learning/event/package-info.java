/**
 * What streams say to learners, in mutable objects that carry record after record without allocation. Imports only the JDK.
 */
package perennial.learning.event;
