/**
 * Atari 2600 games as environments, through the Arcade Learning Environment; an optional module that nothing else depends on.
 * Imports perennial.environment, JavaCPP's bindings of ALE, Commons RNG, SLF4J and the JDK.
 */
package perennial.environment.ale;
