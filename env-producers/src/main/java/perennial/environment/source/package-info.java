/**
 * Streams that a learner owns: the same actors and label streams as the producers', one event at a time, beside the learner and
 * without Kafka between them. Imports environments, actors, labels and learning, and neither Kafka nor Avro.
 */
package perennial.environment.source;
