/**
 * The part of the job graph between a source of raw records and the sinks: what a job builds on. Imports learning,
 * schemas, Flink and the packages below it; learning and schemas know nothing of it.
 */
package perennial.streaming;
