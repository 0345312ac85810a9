/**
 * Published policies as whoever acts elsewhere needs them: put together from the records of their topic, and as files in a folder. May
 * import the Kafka clients, Jackson, and kafka.
 */
package perennial.jobs.policy;
