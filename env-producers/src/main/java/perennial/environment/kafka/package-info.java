/**
 * The Kafka edge of the environments: what they say becomes Avro events on a topic, without gap or repeat. The only package
 * of this module that sees Kafka and Avro.
 */
package perennial.environment.kafka;
