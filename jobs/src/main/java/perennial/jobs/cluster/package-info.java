/**
 * A cluster of processes on this machine: a broker, a JobManager and TaskManagers, each a JVM of its own, started again when it
 * dies. Flink's processes are Flink's own; what stands here starts them, and looks after them.
 */
package perennial.jobs.cluster;
