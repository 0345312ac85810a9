/**
 * What checkpoints and savepoints hold, read without a job. Imports Flink, learning, and of {@code streaming} the learners' state
 * and the names of operators.
 */
package perennial.streaming.saved;
