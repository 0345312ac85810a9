package perennial.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.junit.jupiter.api.Test;
import perennial.learning.event.EventSource;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.learn.InJobSources;
import perennial.streaming.learn.PolicyPublication;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RawRecordSerializer;

class LearnerTopologyTest {

    private static final TopologySpec SPEC =
            new TopologySpec(List.of(Specs.classifier("nap", "s"), Specs.classifier("none", "s")), "cpu", 1000, true);

    /** Every savepoint depends on these: they never change. */
    @Test
    void shouldNameEachOperatorAsItAlwaysWas() {
        TreeMap<String, String> names = new TreeMap<>();
        for (StreamNode node : graph(environment(), SPEC).getStreamNodes()) {
            if (node.getTransformationUID() != null) {
                names.put(node.getTransformationUID(), node.getOperatorName());
            }
        }

        assertThat(names)
                .containsOnly(Map.entry("decode-and-assign", "decode-and-assign"), Map.entry("learners", "learners"));
    }

    /** Every savepoint depends on these: they never change. */
    @Test
    void shouldChainLearnersToTheTicketsOfTheirOwnSources() {
        StreamExecutionEnvironment environment = environment();
        environment.setParallelism(4);
        LearnerStreams streams = LearnerTopology.build(environment, SPEC, new EngineLearners("cpu"), new NoSources());
        streams.metrics().sinkTo(new DiscardingSink<>());

        StreamGraph graph = environment.getStreamGraph();

        StreamNode learners = node(graph, "learners");
        assertThat(learners.getTransformationUID()).isEqualTo("learners");
        assertThat(learners.getParallelism()).isEqualTo(4);
        assertThat(learners.getMaxParallelism()).isEqualTo(840);
        assertThat(learners.getInEdges().get(0).getPartitioner()).isInstanceOf(ForwardPartitioner.class);
        assertThat(graph.getStreamNode(learners.getInEdges().get(0).getSourceId())
                        .getTransformationUID())
                .isEqualTo("tickets");
        List<String> vertices = new ArrayList<>();
        graph.getJobGraph().getVertices().forEach(vertex -> vertices.add(vertex.getName()));
        assertThat(vertices).anyMatch(name -> name.startsWith("Source: tickets -> learners"));
    }

    private record NoSources() implements InJobSources {
        @Override
        public EventSource open(LearnerSpec spec, Learner learner) {
            throw new IllegalStateException("nothing runs here");
        }

        @Override
        public long mostEvents(LearnerSpec spec) {
            return 1;
        }
    }

    @Test
    void shouldSpreadLearnersOver840KeyGroupsWhateverTheEnvironmentSays() {
        StreamExecutionEnvironment environment = environment();
        environment.setMaxParallelism(128);

        StreamNode learners = node(graph(environment, SPEC), "learners");

        assertThat(learners.getMaxParallelism()).isEqualTo(840);
        assertThat(learners.getInEdges().get(0).getPartitioner()).isInstanceOf(KeyGroupStreamPartitioner.class);
    }

    @Test
    void shouldDecodeWhereRecordsAreRead() {
        StreamExecutionEnvironment environment = environment();
        environment.setParallelism(4);

        StreamGraph graph = graph(environment, SPEC);

        StreamNode decode = node(graph, "decode-and-assign");
        assertThat(decode.getInEdges().get(0).getPartitioner()).isInstanceOf(ForwardPartitioner.class);
        // The source has a parallelism of its own, 1, which the operator behind it takes over.
        assertThat(decode.getParallelism()).isEqualTo(1);
        assertThat(node(graph, "learners").getParallelism()).isEqualTo(4);
    }

    @Test
    void shouldSwitchObjectReuseOn() {
        StreamExecutionEnvironment environment = environment();

        graph(environment, SPEC);

        assertThat(environment.getConfig().isObjectReuseEnabled()).isTrue();
    }

    @Test
    void shouldTranslateIntoAJobGraphWithoutGenericTypes() {
        List<String> vertices = new ArrayList<>();
        graph(environment(), SPEC).getJobGraph().getVertices().forEach(vertex -> vertices.add(vertex.getName()));

        assertThat(vertices).anyMatch(name -> name.startsWith("Source") && name.contains("-> decode-and-assign"));
        assertThat(vertices).anyMatch(name -> name.startsWith("learners"));
    }

    @Test
    void shouldRefuseASpecThatCannotBe() {
        assertThatThrownBy(() -> new TopologySpec(
                        SPEC.learners(), "cpu", 1, false, Map.of("other", new PolicyPublication(1, 1))))
                .hasMessageContaining("publications=[other] learners=[nap, none]");
        assertThatThrownBy(() -> new PolicyPublication(0, 1)).hasMessageContaining("policyEvery=0");
        assertThatThrownBy(() -> new PolicyPublication(1, 0)).hasMessageContaining("progressEvery=0");
        assertThatThrownBy(() -> new TopologySpec(List.of(), "cpu", 1, false))
                .hasMessageContaining("at least one learner");
        assertThatThrownBy(() -> new TopologySpec(SPEC.learners(), "cpu", 0, false))
                .hasMessageContaining("maxRecordBytes=0");
        assertThatThrownBy(() -> new TopologySpec(
                        List.of(Specs.classifier("a", "s"), Specs.classifier("a", "t")), "cpu", 1, false))
                .hasMessageContaining("names=[a, a]");
    }

    private static StreamExecutionEnvironment environment() {
        // Kryo would be needed for nothing but a type that has no serialiser of its own: then this throws.
        return StreamExecutionEnvironment.getExecutionEnvironment(
                new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    }

    private static StreamGraph graph(StreamExecutionEnvironment environment, TopologySpec spec) {
        DataStreamSource<RawRecord> source =
                environment.fromData(List.of(new RawRecord(null, null, "t", 0, 0)), RawRecordSerializer.TYPE_INFO);
        LearnerStreams streams = LearnerTopology.build(source, spec);
        streams.metrics().sinkTo(new DiscardingSink<>());
        streams.deadLetters().sinkTo(new DiscardingSink<>());
        streams.predictions().sinkTo(new DiscardingSink<>());
        streams.weights().sinkTo(new DiscardingSink<>());
        return environment.getStreamGraph();
    }

    private static StreamNode node(StreamGraph graph, String name) {
        return graph.getStreamNodes().stream()
                .filter(node -> node.getOperatorName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
