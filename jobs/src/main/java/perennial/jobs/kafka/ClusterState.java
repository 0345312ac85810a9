package perennial.jobs.kafka;

import java.util.List;

/**
 * What a cluster says of itself.
 *
 * @param brokers addresses of the brokers that are up
 * @param metadataVersion level of the finalised feature {@code metadata.version}; -1 where it is not told
 * @param transactionVersion level of the finalised feature {@code transaction.version}; -1 where it is not told
 * @param clientVersion version of the client in this process
 */
public record ClusterState(
        String id, List<String> brokers, int metadataVersion, int transactionVersion, String clientVersion) {

    public ClusterState {
        brokers = List.copyOf(brokers);
    }
}
