package perennial.jobs.kafka;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an embedded broker has beside the plain listener that is this machine's alone.
 *
 * @param listeners names of more listeners on 127.0.0.1, each with its security protocol
 * @param settings more settings of the broker, as Kafka names them
 * @param users users that a new broker begins with, as {@code SCRAM-SHA-512=[name=alice,password=secret]}
 */
record BrokerSecurity(Map<String, String> listeners, Map<String, String> settings, List<String> users) {

    BrokerSecurity {
        listeners = new LinkedHashMap<>(listeners);
        settings = Map.copyOf(settings);
        users = List.copyOf(users);
    }

    /** Nothing: whoever is on this machine may do everything. */
    static BrokerSecurity none() {
        return new BrokerSecurity(Map.of(), Map.of(), List.of());
    }

    /** The listeners only: the rest holds passwords. */
    @Override
    public String toString() {
        return "BrokerSecurity[listeners=" + listeners + "]";
    }
}
