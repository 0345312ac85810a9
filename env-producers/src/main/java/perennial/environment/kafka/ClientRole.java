package perennial.environment.kafka;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Kafka client is for. A property whose name begins with a role and a dot, as {@code producer.sasl.jaas.config}, is for the
 * clients of that role alone, and for them it takes the place of the property without the prefix.
 */
public enum ClientRole {
    /** Writes records. */
    PRODUCER,
    /** Reads records, and looks after a consumer group. */
    CONSUMER,
    /** Creates and checks topics. */
    ADMIN;

    private final String prefix = name().toLowerCase(Locale.ROOT) + ".";

    /** The properties of a client of this role, by Kafka's own names. */
    public Map<String, String> of(Map<String, ?> properties) {
        Map<String, String> all = new TreeMap<>();
        Map<String, String> own = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                own.put(key.substring(prefix.length()), value.toString());
            } else if (!isOfARole(key)) {
                all.put(key, value.toString());
            }
        });
        all.putAll(own);
        return all;
    }

    private static boolean isOfARole(String key) {
        for (ClientRole role : values()) {
            if (key.startsWith(role.prefix)) {
                return true;
            }
        }
        return false;
    }
}
