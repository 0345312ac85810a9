/**
 * The web page that shows learners while they learn: a bounded history of the metrics topic, the health of what surrounds the
 * learners, and the server of both. May import Kafka, Avro and the web server, and of Perennial the configuration and the readers of
 * topics; it never writes to a topic.
 */
package perennial.jobs.dashboard;
