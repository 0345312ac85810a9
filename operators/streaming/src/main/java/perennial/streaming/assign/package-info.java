/**
 * From bytes to the learners that can use them: decoding, sequence checks, assignment, dead letters. Imports learning,
 * schemas, Flink and {@code streaming.types}; {@code EventMapping} alone sees both the Avro event and the learners'.
 */
package perennial.streaming.assign;
