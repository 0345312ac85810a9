/**
 * The Kafka edge of the environments: what they say becomes Avro events on a topic, without gap or repeat, and learners'
 * policies come back. The only package of this module that sees Kafka and Avro; it sees learning for the policies.
 */
package perennial.environment.kafka;
