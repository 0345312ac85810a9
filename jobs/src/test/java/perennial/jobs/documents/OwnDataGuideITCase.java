package perennial.jobs.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.documents.Walkthrough.Terminal;

/** The commands of the guide to one's own data, typed as they stand, with what they print. */
class OwnDataGuideITCase {

    private static final String RUNS = "runs 3 learners";

    @TempDir
    private Path folder;

    @Test
    void shouldDoWhatTheGuideToOwnDataSays() throws Exception {
        try (Walkthrough reader = new Walkthrough("docs/guides/your-own-data.md", folder)) {
            String job = "./perennial run --broker --config " + Mill.FOLDER + "mill.yaml";
            reader.run("./perennial config validate --config " + Mill.FOLDER + "mill.yaml", "is valid: 3 learners");
            Terminal first = reader.start(job, RUNS);

            reader.run("awk -v stream=mill-json -f " + Mill.FOLDER + "events.awk " + Mill.FOLDER
                    + "april.csv > april.jsonl");
            reader.run("./perennial publish --events april.jsonl --dry-run", "checked 1442 events");
            reader.run("./perennial publish --events april.jsonl -b localhost:9092", "published 1442 events");
            reader.run(
                    "java -cp 'jobs/target/lib/*' " + Mill.FOLDER + "PublishCsv.java localhost:9092 mill-java "
                            + Mill.FOLDER + "april.csv",
                    "published 1442 events of mill-java");
            reader.run(
                    "python3 " + Mill.FOLDER + "publish_csv.py localhost:9092 mill-python " + Mill.FOLDER + "april.csv",
                    "published 1442 events of mill-python");
            for (String learner : List.of("mill-json", "mill-java", "mill-python")) {
                reader.awaitCommitted(learner + "," + learner + ",nap,90,");
            }

            reader.run("./perennial metrics tail -b localhost:9092 --summaries --no-follow", "mill-json", "mill-java");
            reader.run("./perennial metrics export -b localhost:9092 --format csv --output metrics.csv");
            String inJava = reader.run(
                    "java -cp 'jobs/target/lib/*' " + Mill.FOLDER + "ReadMetrics.java localhost:9092",
                    "mill-java task 1 accuracy 0.");
            String inPython = reader.run(
                    "python3 " + Mill.FOLDER + "read_metrics.py localhost:9092", "mill-python task 1 accuracy 0.");

            assertThat(inPython).isEqualTo(inJava);
            assertThat(linesOf("mill-java", inJava))
                    .hasSizeGreaterThan(9)
                    .isEqualTo(linesOf("mill-json", inJava))
                    .isEqualTo(linesOf("mill-python", inJava));
            first.interrupt();

            Terminal second = reader.start(job + " --set format=json --resume latest", RUNS);
            reader.run("awk -v stream=mill-json -f " + Mill.FOLDER + "events.awk " + Mill.FOLDER
                    + "may.csv | sed 's/^/mill-json\\t/' > may.txt");
            reader.run("kafka-console-producer --bootstrap-server localhost:9092 --topic perennial.events.v1"
                    + " --reader-property parse.key=true < may.txt");
            reader.awaitCommitted("mill-json,mill-json,nap,150,");
            reader.run(
                    "kafka-console-consumer --bootstrap-server localhost:9092 --topic perennial.metrics.v1"
                            + " --from-beginning --timeout-ms 10000 --isolation-level read_committed"
                            + " | grep -a '\"type\":\"taskSummary\"'",
                    "\"learner\":\"mill-json\"",
                    "\"task\":3");
            second.interrupt();
            reader.end();
        }
    }

    private static List<String> linesOf(String learner, String output) {
        return output.lines()
                .filter(line -> line.startsWith(learner + " "))
                .map(line -> line.substring(learner.length()))
                .toList();
    }
}
