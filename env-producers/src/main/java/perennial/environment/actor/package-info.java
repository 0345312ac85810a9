/**
 * Actors: an environment and the choice of its actions, joined to the records that learners take in. Imports environments and
 * learning, and neither Kafka nor Avro.
 */
package perennial.environment.actor;
