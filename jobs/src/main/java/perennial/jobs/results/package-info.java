/**
 * What comes out of a run for a person to look at: tables, CSV files and plots of task summaries. May import the schemas'
 * records and drawing libraries, nothing of Flink or Kafka.
 */
package perennial.jobs.results;
