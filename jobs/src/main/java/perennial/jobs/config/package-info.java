/**
 * The configuration: YAML in, immutable records out, with every default beside the description of its option. Imports the specs of
 * {@code perennial.learning} and {@code perennial.environment}, and knows neither Flink nor Kafka, whose options pass through.
 */
package perennial.jobs.config;
