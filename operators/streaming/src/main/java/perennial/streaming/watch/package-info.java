/**
 * Watches what learners report and says when somebody should look.
 *
 * <p>Words used here:
 *
 * <ul>
 *   <li><b>rule</b>: what is to be noticed, with a limit at which an alert is raised and one at which it is cleared
 *   <li><b>quantity</b>: a number of a report, or of a task's summary
 *   <li><b>memory</b>: what a rule has to remember of a learner
 * </ul>
 */
package perennial.streaming.watch;
