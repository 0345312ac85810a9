package perennial.jobs.cluster;

import java.util.List;

/**
 * What a running cluster tells about itself.
 *
 * @param supervisor process id of what looks after it
 * @param bootstrapServers its Kafka
 * @param webPage Flink's web page
 * @param job Flink's id of the job
 * @param running whether all tasks of the job have run
 * @param trouble why it gave up; empty where it did not
 * @param members its processes
 */
public record ClusterState(
        long supervisor,
        String bootstrapServers,
        String webPage,
        String job,
        boolean running,
        String trouble,
        List<Member> members) {

    public ClusterState {
        members = List.copyOf(members);
    }

    /**
     * A process of a cluster.
     *
     * @param name such as taskmanager-1
     * @param pid its process id; 0 while it does not run
     * @param starts how often it was started
     * @param ended whether it has done its work and is not started again
     */
    public record Member(String name, long pid, int starts, boolean ended) {}
}
