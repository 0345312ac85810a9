package perennial.jobs.graph;

import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;

/**
 * Writes records to one topic, which it names: the sink's pooled transactional ids need to know it. (The connector's own builder
 * does too, but looks for the type of what it is given, which a generic record does not show.)
 */
interface TopicSerialization<T> extends KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    /** Where the records go. */
    String topic();

    @Override
    default Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(new DefaultKafkaDatasetFacet(
                DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic())), new Properties()));
    }
}
