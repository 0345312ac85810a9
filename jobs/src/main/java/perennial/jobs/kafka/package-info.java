/**
 * Everything that touches Kafka beside the job itself: a broker in this process, the topics, the reports read back from
 * them, and events published from files. Whatever Kafka refuses becomes a {@link perennial.jobs.UserException} that names
 * the address and the way out.
 */
package perennial.jobs.kafka;
