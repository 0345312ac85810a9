package perennial.environment.kafka;

import java.time.Duration;
import java.util.Map;
import perennial.environment.EnvironmentException;

/**
 * Where and how a producer publishes.
 *
 * @param topic the events topic; must exist
 * @param client properties of the Kafka clients, passed through; {@code bootstrap.servers} is needed
 * @param connectTimeout how long a broker that does not answer is waited for at the start
 * @param quietTime how long the stream must be silent on the topic before the producer goes on with it, so that requests that
 *     a killed predecessor had under way have arrived
 * @param progressInterval time between two reports of progress
 */
public record ProducerSettings(
        String topic, Map<String, ?> client, Duration connectTimeout, Duration quietTime, Duration progressInterval) {

    public ProducerSettings {
        if (topic.isBlank()) {
            throw new EnvironmentException("a producer needs an events topic: topic=" + topic);
        }
        if (isNotPositive(connectTimeout) || isNotPositive(quietTime) || isNotPositive(progressInterval)) {
            throw new EnvironmentException("times must be longer than 0: connectTimeout=" + connectTimeout
                    + " quietTime=" + quietTime + " progressInterval=" + progressInterval);
        }
        for (Map.Entry<String, ?> property : client.entrySet()) {
            if (property.getValue() == null) {
                throw new EnvironmentException("a client property needs a value: " + property.getKey()
                        + " has none; give it one or remove it");
            }
        }
        client = Map.copyOf(client);
        ClientProperties.check(client);
    }

    private static boolean isNotPositive(Duration duration) {
        return duration.isNegative() || duration.isZero();
    }

    /** Settings with the times that suit most: 15 seconds to connect, 1 second of silence, progress every second. */
    public static ProducerSettings of(String topic, Map<String, ?> client) {
        return new ProducerSettings(
                topic, client, Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    /** These settings with another quiet time. */
    public ProducerSettings withQuietTime(Duration time) {
        return new ProducerSettings(topic, client, connectTimeout, time, progressInterval);
    }

    /** Everything but the client properties, which may hold secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[topic=" + topic + " bootstrap.servers=" + bootstrapServers() + " connectTimeout="
                + connectTimeout + " quietTime=" + quietTime + " progressInterval=" + progressInterval + "]";
    }

    /** The broker's address; the one property that may be shown, for the others may be secrets. */
    String bootstrapServers() {
        return String.valueOf(client.get("bootstrap.servers"));
    }
}
