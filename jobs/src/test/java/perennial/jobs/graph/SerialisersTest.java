package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.PojoSerializer;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import perennial.jobs.config.Configuration;

class SerialisersTest {

    @Test
    void shouldSendRecordsWithSerialisersOfOurOwnOnly() {
        Configuration configuration = Configuration.parse("""
                kafka: {bootstrap.servers: "localhost:1"}
                flink: {pipeline.generic-types: true}
                learners:
                  - name: a
                    streams: [s]
                    predictions: true
                    task: {input: [4], classes: 3}
                    network: {hidden: [8]}
                  - name: b
                    streams: [t]
                    task: {type: reinforcement, input: [400], actions: 6}
                    network: {hidden: [8]}
                """, "F", List.of(), name -> null);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(
                org.apache.flink.configuration.Configuration.fromMap(configuration.flink()));

        KafkaJob.describe(environment, configuration);

        assertThat(environment.getConfig().getSerializerConfig().hasGenericTypesDisabled())
                .isTrue();
        List<TypeSerializer<?>> serialisers = environment.getStreamGraph().getStreamNodes().stream()
                .<TypeSerializer<?>>map(StreamNode::getTypeSerializerOut)
                .filter(serialiser -> serialiser != null)
                .toList();
        assertThat(serialisers).isNotEmpty().doesNotHaveAnyElementsOfTypes(KryoSerializer.class, PojoSerializer.class);
    }
}
