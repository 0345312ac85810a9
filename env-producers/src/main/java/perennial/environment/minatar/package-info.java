/**
 * The five MinAtar games, written from a description of their rules and equal to the reference frame by frame and draw by
 * draw. Imports perennial.environment and the JDK.
 */
package perennial.environment.minatar;
