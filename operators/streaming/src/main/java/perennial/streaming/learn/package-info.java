/**
 * The operator that holds the learners, its state, and what it sends out. Imports learning, schemas, Flink and {@code
 * streaming.types}; {@code ReportMapping} alone sees both the learners' reports and the Avro ones.
 */
package perennial.streaming.learn;
