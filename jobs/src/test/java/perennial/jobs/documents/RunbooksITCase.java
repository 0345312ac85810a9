package perennial.jobs.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.documents.Walkthrough.Terminal;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;

/** The commands of the runbooks, typed as they stand while what they are for is the case, with what they print. */
class RunbooksITCase {

    private static final String RUNS = "runs 3 learners";

    @TempDir
    private Path folder;

    @Test
    void shouldDoWhatTheRunbooksSay() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Walkthrough reader = new Walkthrough("docs/runbooks.md", folder, kafka.port())) {
            String run = "./perennial run --config " + Mill.FOLDER + "mill.yaml";
            String resume = run + " --resume latest";
            String lag = "kafka-consumer-groups --bootstrap-server localhost:9092 --describe --group perennial";
            String transactions = "kafka-transactions --bootstrap-server localhost:9092 list";
            String inspect = "./perennial checkpoint inspect perennial-state";
            String tail = "./perennial metrics tail -b localhost:9092 ";
            reader.provoke("./perennial topics create -b localhost:9092");
            Terminal job = reader.provokeTerminal(run, RUNS);
            Mill.publish(reader, "mill-json", "april");
            reader.awaitCommitted("mill-json,mill-json,nap,90,");

            reader.run(tail + "--no-follow | tail -n 5", "mill-json");
            reader.run(
                    "./perennial dead-letters list -b localhost:9092 --counts",
                    "dead letters on perennial.dead-letters.v1: 0");
            reader.run(inspect, "mill-json");
            awaitOffsets(reader, "perennial.events.v1");
            reader.run(lag, "perennial.events.v1");

            job.kill();
            job = reader.start(resume, "resuming from", RUNS);

            job.interrupt();
            Mill.publish(reader, "mill-json", "may");
            reader.run(lag, "962");
            job = reader.start(resume, RUNS);
            reader.awaitCommitted("mill-json,mill-json,nap,150,");
            reader.run(lag, "perennial.events.v1");

            // Reports come, and no checkpoint.
            job.interrupt();
            // The first checkpoint comes at a random moment between the two times.
            job = reader.provokeTerminal(
                    resume + " --set flink.execution.checkpointing.interval=5min"
                            + " --set flink.execution.checkpointing.min-pause=5min",
                    RUNS);
            Mill.publish(reader, "mill-java", "april");
            reader.awaitReports("--read-uncommitted", "mill-java,mill-java,nap,90,");
            job.kill();
            reader.run("./perennial metrics export -b localhost:9092 --format csv --output committed.csv", "exported");
            reader.run(
                    "./perennial metrics export -b localhost:9092 --read-uncommitted --format csv --output all.csv",
                    "exported");
            assertThat(Files.readString(folder.resolve("committed.csv"))).doesNotContain("mill-java");
            reader.run(transactions, "Ongoing");
            job = reader.start(resume, RUNS);
            reader.awaitCommitted("mill-java,mill-java,nap,90,");
            reader.run("./perennial metrics export -b localhost:9092 --format csv --output committed.csv", "exported");
            assertThat(Files.readString(folder.resolve("committed.csv"))).contains("mill-java,mill-java,nap,90,");

            reader.provoke("./perennial control set-rate -b localhost:9092 --learner mill-python --learning-rate 1e30");
            Mill.publish(reader, "mill-python", "april");
            reader.awaitCommitted("mill-python,mill-python,nap,10,");
            reader.run(tail + "--learner mill-python --from-beginning --no-follow", "learner stopped: the step led");
            reader.run(
                    "./perennial control set-rate -b localhost:9092 --learner mill-python --learning-rate 1e-3",
                    "mill-python: setRate applied");
            reader.run(
                    "./perennial control resume -b localhost:9092 --learner mill-python",
                    "mill-python: resume applied");

            reader.run("./perennial control snapshot -b localhost:9092 --learner mill-json", "applied");
            reader.run("./perennial control rollback -b localhost:9092 --learner mill-json", "applied");

            job.interrupt();
            reader.run("ls -dt perennial-state/savepoints/*/", "perennial-state/savepoints/savepoint-");
            String older = "\"$(ls -dt perennial-state/savepoints/*/ | sed -n 2p)\"";
            reader.run("./perennial checkpoint inspect " + older, "mill-json");
            job = reader.start(run + " --resume " + older, RUNS);

            job.interrupt();
            reader.run(inspect, "mill-json");
            job = reader.start(resume, RUNS);
            job.interrupt();
            reader.fail(1, resume + " --set learners[0].network.hidden=[64]", "network.hidden");

            String alarm = "--config docs/examples/runbooks/alarm.yaml";
            String compared = "--config docs/examples/runbooks/alarm-compared.yaml";
            job = reader.provokeTerminal("./perennial run --state alarm-state " + alarm, "runs 1 learners");
            reader.provoke("./perennial produce labels " + alarm);
            reader.awaitCommitted("old,alarm,none,2400,");
            reader.run(tail + "--summaries --no-follow --learner old", "old");
            job.interrupt();
            job = reader.start("./perennial run --state alarm-state " + compared + " --resume latest", RUNS);
            reader.provoke("./perennial produce labels " + compared);
            reader.awaitCommitted("nap,alarm,nap,1600,");
            reader.run(tail + "--summaries --no-follow --learner old --learner fresh --learner nap", "fresh");
            job.interrupt();
            reader.end();
        }
    }

    /** The job commits them some time after a checkpoint, each source for itself; before the first the group is unknown. */
    private static void awaitOffsets(Walkthrough reader, String topic) {
        try (Admin admin = KafkaConnection.to(reader.address()).admin()) {
            await().atMost(Duration.ofMinutes(3))
                    .until(
                            () -> admin
                                    .listConsumerGroupOffsets("perennial")
                                    .partitionsToOffsetAndMetadata()
                                    .get()
                                    .keySet()
                                    .stream()
                                    .anyMatch(partition -> partition.topic().equals(topic)));
        }
    }
}
