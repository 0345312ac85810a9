/**
 * Events from files and findings into files, for jobs that need no Kafka. May import Flink, schemas and streaming.
 */
package perennial.jobs.files;
