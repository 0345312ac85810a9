/**
 * The arithmetic that learning is written in: one interface of fused operations, and the engines that compute them. Imports
 * the kinds of layer from {@code perennial.learning.network} and nothing else of this project.
 */
package perennial.learning.engine;
