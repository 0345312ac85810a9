package perennial.environment;

/**
 * Word that an environment is no longer what it was.
 *
 * @param number how many times the environment has changed, this time included: the number of the task that begins, where the
 *     environment's first task is 0
 * @param step steps made before the change
 * @param note what changed, in words
 */
public record EnvironmentChange(int number, long step, String note) {}
