/**
 * What travels between the operators, and how Flink writes it: raw records, events on their way to a learner, and the
 * records of the topics. Nothing here is left to Flink's reflection or to Kryo; imports learning, schemas and Flink.
 */
package perennial.streaming.types;
