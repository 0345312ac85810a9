/**
 * Job graphs: which sources and sinks are put around the streaming operators. May import Flink, its Kafka connector, streaming,
 * schemas and the configuration; no logic of its own.
 */
package perennial.jobs.graph;
