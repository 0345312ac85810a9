package perennial.jobs.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.documents.Walkthrough.Terminal;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;

/** The commands of the first pages and of the guides, typed as they stand, with what they print. */
class DocumentedCommandsITCase {

    /** The pages that are walked through here; what the commands of the others do is shown elsewhere. */
    static final List<String> PAGES = List.of(
            "README.md",
            "docs/quick-start.md",
            "docs/guides/your-own-data.md",
            "docs/runbooks.md",
            "docs/dead-letters.md",
            "docs/streams.md");

    private static final String RUNS = "runs 3 learners";
    private static final String MILL = "docs/examples/your-own-data/";

    @TempDir
    private Path folder;

    @Test
    void shouldDoWhatTheReadmeSays() throws Exception {
        try (Walkthrough reader = new Walkthrough("README.md", folder)) {
            // 40 tasks of 500 updates take a reader two minutes; here are two of 20.
            reader.runScaled(
                    "./perennial demo",
                    "--resets 2 --set labels.examplesPerTask=2560",
                    "dashboard:  http://127.0.0.1:",
                    "results in perennial-demo");
            // The build that runs this test.
            reader.pass("mvn verify");

            Terminal job = reader.startScaled(
                    "./perennial run --broker --config docs/examples/label-reset.yaml",
                    "--set flink.execution.checkpointing.interval=1s",
                    "the dashboard is at",
                    RUNS);
            reader.runScaled(
                    "./perennial produce labels --config docs/examples/label-reset.yaml",
                    "--set labels.resets=1 --set labels.examplesPerTask=38400",
                    "published 38,401 events of the stream random-labels; it is complete");
            reader.runScaled(
                    "./perennial metrics tail -b localhost:9092", "--from-beginning --limit 9", "LEARNER", "nap");
            reader.run("./perennial control pause -b localhost:9092 --learner nap", "nap: pause applied");

            job.interrupt("go on from here with --resume");

            reader.run("./perennial checkpoint inspect perennial-state", "layernorm", "nap", "none");
            reader.run("./perennial checkpoint export perennial-state --learner nap --to weights", "nap.safetensors");
            reader.end();
        }
    }

    @Test
    void shouldDoWhatTheQuickStartSays() throws Exception {
        try (Walkthrough reader = new Walkthrough("docs/quick-start.md", folder)) {
            // The test of the README runs it.
            reader.pass("./perennial demo");

            Terminal job = reader.start(
                    "./perennial run --broker --config " + MILL + "mill.yaml", "the dashboard is at", RUNS);
            reader.run("head -3 " + MILL + "april.csv", "number,tool,speed,load,temperature,vibration,state");
            reader.run("awk -v stream=mill-json -f " + MILL + "events.awk " + MILL + "april.csv > april.jsonl");
            reader.run("head -2 april.jsonl", "\"sequence\":0,");
            reader.run("./perennial publish --events april.jsonl -b localhost:9092", "published 1442 events");
            awaitCommitted(reader, "mill-json,mill-json,nap,90,");
            reader.run(
                    "./perennial metrics tail -b localhost:9092 --summaries --no-follow", "mill-json", "task 1 closed");
            job.interrupt("--resume");

            reader.run("./perennial checkpoint inspect perennial-state", "mill-json", "records");
            reader.run("./perennial checkpoint export perennial-state --learner mill-json --to weights");

            job = reader.start(
                    "./perennial run --broker --config " + MILL + "mill.yaml --resume latest", "resuming from", RUNS);
            reader.run("awk -v stream=mill-json -f " + MILL + "events.awk " + MILL + "may.csv > may.jsonl");
            reader.run("./perennial publish --events may.jsonl -b localhost:9092", "published 962 events");
            awaitCommitted(reader, "mill-json,mill-json,nap,150,");
            reader.run(
                    "./perennial metrics tail -b localhost:9092 --summaries --no-follow", "mill-json", "task 3 closed");
            job.interrupt();
            reader.end();
        }
    }

    @Test
    void shouldDoWhatTheGuideToOwnDataSays() throws Exception {
        try (Walkthrough reader = new Walkthrough("docs/guides/your-own-data.md", folder)) {
            String job = "./perennial run --broker --config " + MILL + "mill.yaml";
            reader.run("./perennial config validate --config " + MILL + "mill.yaml", "is valid: 3 learners");
            Terminal first = reader.start(job, RUNS);

            reader.run("awk -v stream=mill-json -f " + MILL + "events.awk " + MILL + "april.csv > april.jsonl");
            reader.run("./perennial publish --events april.jsonl --dry-run", "checked 1442 events");
            reader.run("./perennial publish --events april.jsonl -b localhost:9092", "published 1442 events");
            reader.run(
                    "java -cp 'jobs/target/lib/*' " + MILL + "PublishCsv.java localhost:9092 mill-java " + MILL
                            + "april.csv",
                    "published 1442 events of mill-java");
            reader.run(
                    "python3 " + MILL + "publish_csv.py localhost:9092 mill-python " + MILL + "april.csv",
                    "published 1442 events of mill-python");
            for (String learner : List.of("mill-json", "mill-java", "mill-python")) {
                awaitCommitted(reader, learner + "," + learner + ",nap,90,");
            }

            reader.run("./perennial metrics tail -b localhost:9092 --summaries --no-follow", "mill-json", "mill-java");
            reader.run("./perennial metrics export -b localhost:9092 --format csv --output metrics.csv");
            String inJava = reader.run(
                    "java -cp 'jobs/target/lib/*' " + MILL + "ReadMetrics.java localhost:9092",
                    "mill-java task 1 accuracy 0.");
            String inPython =
                    reader.run("python3 " + MILL + "read_metrics.py localhost:9092", "mill-python task 1 accuracy 0.");

            assertThat(inPython).isEqualTo(inJava);
            assertThat(linesOf("mill-java", inJava))
                    .hasSizeGreaterThan(9)
                    .isEqualTo(linesOf("mill-json", inJava))
                    .isEqualTo(linesOf("mill-python", inJava));
            first.interrupt();

            Terminal second = reader.start(job + " --set format=json --resume latest", RUNS);
            reader.run("awk -v stream=mill-json -f " + MILL + "events.awk " + MILL
                    + "may.csv | sed 's/^/mill-json\\t/' > may.txt");
            reader.run("kafka-console-producer --bootstrap-server localhost:9092 --topic perennial.events.v1"
                    + " --reader-property parse.key=true < may.txt");
            reader.run(
                    "kafka-console-consumer --bootstrap-server localhost:9092 --topic perennial.metrics.v1"
                            + " --from-beginning --timeout-ms 6000 --isolation-level read_committed"
                            + " | grep -a '\"type\":\"taskSummary\"'",
                    "\"learner\":\"mill-json\"",
                    "\"task\":3");
            second.interrupt();
            reader.end();
        }
    }

    /** The job commits them some time after a checkpoint; before the first the group is unknown. */
    private static void awaitOffsets(Walkthrough reader) {
        try (Admin admin = KafkaConnection.to(reader.address()).admin()) {
            await().atMost(Duration.ofMinutes(3)).until(() -> !admin.listConsumerGroupOffsets("perennial")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .isEmpty());
        }
    }

    @Test
    void shouldDoWhatTheRunbooksSay() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Walkthrough reader = new Walkthrough("docs/runbooks.md", folder, kafka.port())) {
            String run = "./perennial run --config " + MILL + "mill.yaml";
            String resume = run + " --resume latest";
            String lag = "kafka-consumer-groups --bootstrap-server localhost:9092 --describe --group perennial";
            String transactions = "kafka-transactions --bootstrap-server localhost:9092 list";
            String inspect = "./perennial checkpoint inspect perennial-state";
            String tail = "./perennial metrics tail -b localhost:9092 ";
            reader.provoke("./perennial topics create -b localhost:9092");
            Terminal job = reader.provokeTerminal(run, RUNS);
            publish(reader, "mill-json", "april");
            awaitCommitted(reader, "mill-json,mill-json,nap,90,");

            reader.run(tail + "--no-follow | tail -n 5", "mill-json");
            reader.run(
                    "./perennial dead-letters list -b localhost:9092 --counts",
                    "dead letters on perennial.dead-letters.v1: 0");
            reader.run(inspect, "mill-json");
            awaitOffsets(reader);
            reader.run(lag, "perennial.events.v1");

            job.kill();
            job = reader.start(resume, "resuming from", RUNS);

            job.interrupt();
            publish(reader, "mill-json", "may");
            reader.run(lag, "962");
            job = reader.start(resume, RUNS);
            awaitCommitted(reader, "mill-json,mill-json,nap,150,");
            reader.run(lag, "perennial.events.v1");

            // Reports come, and no checkpoint.
            job.interrupt();
            // The first checkpoint comes at a random moment between the two times.
            job = reader.provokeTerminal(
                    resume + " --set flink.execution.checkpointing.interval=5min"
                            + " --set flink.execution.checkpointing.min-pause=5min",
                    RUNS);
            publish(reader, "mill-java", "april");
            awaitReports(reader, "--read-uncommitted", "mill-java,mill-java,nap,90,");
            job.kill();
            reader.run("./perennial metrics export -b localhost:9092 --format csv --output committed.csv", "exported");
            reader.run(
                    "./perennial metrics export -b localhost:9092 --read-uncommitted --format csv --output all.csv",
                    "exported");
            assertThat(Files.readString(folder.resolve("committed.csv"))).doesNotContain("mill-java");
            reader.run(transactions, "Ongoing");
            job = reader.start(resume, RUNS);
            awaitCommitted(reader, "mill-java,mill-java,nap,90,");
            reader.run("./perennial metrics export -b localhost:9092 --format csv --output committed.csv", "exported");
            assertThat(Files.readString(folder.resolve("committed.csv"))).contains("mill-java,mill-java,nap,90,");

            reader.provoke("./perennial control set-rate -b localhost:9092 --learner mill-python --learning-rate 1e30");
            publish(reader, "mill-python", "april");
            awaitCommitted(reader, "mill-python,mill-python,nap,10,");
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
            awaitCommitted(reader, "old,alarm,none,2400,");
            reader.run(tail + "--summaries --no-follow --learner old", "old");
            job.interrupt();
            job = reader.start("./perennial run --state alarm-state " + compared + " --resume latest", RUNS);
            reader.provoke("./perennial produce labels " + compared);
            awaitCommitted(reader, "nap,alarm,nap,1600,");
            reader.run(tail + "--summaries --no-follow --learner old --learner fresh --learner nap", "fresh");
            job.interrupt();
            reader.end();
        }
    }

    @Test
    void shouldDoWhatThePageOfDeadLettersSays() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Walkthrough reader = new Walkthrough("docs/dead-letters.md", folder, kafka.port())) {
            Files.copy(folder.resolve(MILL + "mill.yaml"), folder.resolve("job.yaml"));
            reader.provoke("./perennial topics create -b localhost:9092");
            Terminal job = reader.provokeTerminal("./perennial run --config job.yaml", RUNS);
            publish(reader, "sensor-7", "april");
            reader.provoke("echo '{\"type\":\"example\",\"stream\":\"mill-json\",\"sequence\":0,"
                    + "\"features\":[0,0,0,0],\"label\":7}' | ./perennial publish --events - -b localhost:9092");
            String list = "./perennial dead-letters list --config job.yaml ";
            String replay = "./perennial dead-letters replay --config job.yaml --reason unknownStream";
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> reader.provoke(list + "--counts").contains(": 1443"));

            reader.run(list + "--counts", "unknownStream", "1442", "labelOutOfRange");
            reader.run(list + "--reason labelOutOfRange --limit 5", "label");
            reader.run(list + "--since 2h --stream 'sensor-*'", "sensor-7");
            reader.run(list + "--partition 3 --offsets 1200-1300 --json");
            reader.run(replay + " --dry-run", "would be refused again: 1442");
            reader.run(replay, "would be refused again: 1442");
            job.interrupt();
            reader.end();
        }
    }

    @Test
    void shouldDoWhatThePageOfStreamsSays() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Walkthrough reader = new Walkthrough("docs/streams.md", folder, kafka.port())) {
            Files.copy(folder.resolve("docs/examples/runbooks/alarm.yaml"), folder.resolve("stream.yaml"));
            String shorter = "--set labels.resets=2 --set labels.examplesPerTask=320";
            reader.provoke("./perennial topics create -b localhost:9092");

            reader.runScaled("./perennial produce labels --config stream.yaml", shorter, "642");
            reader.runScaled("./perennial produce labels --config stream.yaml --to events.avro", shorter, "642");
            reader.run("./perennial train --config stream.yaml --events events.avro --metrics metrics.jsonl");
            reader.end();
            assertThat(Files.readString(folder.resolve("metrics.jsonl"))).contains("\"taskSummary\"");
        }
    }

    private static void publish(Walkthrough reader, String stream, String month) throws Exception {
        reader.provoke("awk -v stream=" + stream + " -f " + MILL + "events.awk " + MILL + month
                + ".csv | ./perennial publish --events - -b localhost:9092");
    }

    /** Waits until committed readers see a report: the beginning of its line as CSV. */
    private static void awaitCommitted(Walkthrough reader, String report) {
        awaitReports(reader, "", report);
    }

    private static void awaitReports(Walkthrough reader, String options, String report) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> reader.provoke("./perennial metrics export -b localhost:9092 " + options)
                        .lines()
                        .anyMatch(line -> line.startsWith(report)));
    }

    private static List<String> linesOf(String learner, String output) {
        return output.lines()
                .filter(line -> line.startsWith(learner + " "))
                .map(line -> line.substring(learner.length()))
                .toList();
    }
}
