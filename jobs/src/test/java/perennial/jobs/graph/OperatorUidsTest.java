package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.config.Configuration;
import perennial.jobs.graph.FileJob.RunFiles;

/** Every savepoint depends on these uids: they never change, and no operator is without one. */
class OperatorUidsTest {

    private static final String LEARNER = "task: {input: [784], classes: 10}, network: {hidden: [4]}";

    @TempDir
    private Path folder;

    @Test
    void shouldBeThoseOfEveryJobOnKafka() throws IOException {
        assertThat(uids("{name: a, streams: [s], " + LEARNER + "}", KafkaJob::describe))
                .containsExactly(
                        "Sink Committer: dead-letters",
                        "Sink Committer: metrics",
                        "Sink Committer: policies",
                        "Sink Committer: predictions",
                        "assign-commands",
                        "control",
                        "dead-letters",
                        "decode-and-assign",
                        "events",
                        "learners",
                        "metrics",
                        "policies",
                        "predictions");
    }

    @Test
    void shouldBeThoseOfEveryJobOnKafkaWhoseLearnersMakeTheirEvents() throws IOException {
        assertThat(uids(
                        "{name: a, labels: {stream: s, resets: 1, examplesPerTask: 9}, " + LEARNER + "}",
                        KafkaJob::describe))
                .containsExactly(
                        "Sink Committer: dead-letters",
                        "Sink Committer: metrics",
                        "Sink Committer: policies",
                        "Sink Committer: predictions",
                        "dead-letters",
                        "learners",
                        "metrics",
                        "policies",
                        "predictions",
                        "tickets");
    }

    @Test
    void shouldBeThoseOfEveryWatch() throws IOException {
        assertThat(uids("", KafkaWatch::describe))
                .containsExactly(
                        "Sink Committer: alerts",
                        "Sink Committer: dead-letters",
                        "alerts",
                        "dead-letters",
                        "decode-metrics",
                        "metrics",
                        "watch");
    }

    @Test
    void shouldBeThoseOfEveryJobOnFiles() throws IOException {
        assertThat(uids("{name: a, streams: [s], " + LEARNER + "}", this::describeFileJob))
                .containsExactly("dead-letters", "decode-and-assign", "events", "learners", "metrics", "weights");
    }

    private void describeFileJob(StreamExecutionEnvironment environment, Configuration configuration) {
        FileJob.describe(
                environment,
                configuration,
                InitialWeights.none(),
                new RunFiles(folder.resolve("e"), folder.resolve("m"), folder.resolve("d"), folder.resolve("w")));
    }

    private TreeSet<String> uids(String learner, BiConsumer<StreamExecutionEnvironment, Configuration> job)
            throws IOException {
        Configuration configuration = Configuration.load(
                Files.writeString(
                        folder.resolve("job.yaml"),
                        "kafka: {bootstrap.servers: \"localhost:1\"}\nlearners: [" + learner + "]\n"),
                List.of());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        job.accept(environment, configuration);
        TreeSet<String> uids = new TreeSet<>();
        for (StreamNode node : environment.getStreamGraph().getStreamNodes()) {
            assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotNull();
            uids.add(node.getTransformationUID());
        }
        return uids;
    }
}
