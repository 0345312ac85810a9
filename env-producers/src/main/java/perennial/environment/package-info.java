/**
 * What the environments and the producers that run them have in common. Imports nothing outside the JDK.
 */
package perennial.environment;
