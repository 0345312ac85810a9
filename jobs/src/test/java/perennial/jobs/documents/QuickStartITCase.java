package perennial.jobs.documents;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.documents.Walkthrough.Terminal;

/** The commands of the quick start, typed as they stand, with what they print. */
class QuickStartITCase {

    private static final String RUNS = "runs 3 learners";

    @TempDir
    private Path folder;

    @Test
    void shouldDoWhatTheQuickStartSays() throws Exception {
        try (Walkthrough reader = new Walkthrough("docs/quick-start.md", folder)) {
            // The test of the README runs it.
            reader.pass("./perennial demo");

            Terminal job = reader.start(
                    "./perennial run --broker --config " + Mill.FOLDER + "mill.yaml", "the dashboard is at", RUNS);
            reader.run("head -3 " + Mill.FOLDER + "april.csv", "number,tool,speed,load,temperature,vibration,state");
            reader.run("awk -v stream=mill-json -f " + Mill.FOLDER + "events.awk " + Mill.FOLDER
                    + "april.csv > april.jsonl");
            reader.run("head -2 april.jsonl", "\"sequence\":0,");
            reader.run("./perennial publish --events april.jsonl -b localhost:9092", "published 1442 events");
            reader.awaitCommitted("mill-json,mill-json,nap,90,");
            reader.run(
                    "./perennial metrics tail -b localhost:9092 --summaries --no-follow", "mill-json", "task 1 closed");
            job.interrupt("--resume");

            reader.run("./perennial checkpoint inspect perennial-state", "mill-json", "records");
            reader.run("./perennial checkpoint export perennial-state --learner mill-json --to weights");

            job = reader.start(
                    "./perennial run --broker --config " + Mill.FOLDER + "mill.yaml --resume latest",
                    "resuming from",
                    RUNS);
            reader.run(
                    "awk -v stream=mill-json -f " + Mill.FOLDER + "events.awk " + Mill.FOLDER + "may.csv > may.jsonl");
            reader.run("./perennial publish --events may.jsonl -b localhost:9092", "published 962 events");
            reader.awaitCommitted("mill-json,mill-json,nap,150,");
            reader.run(
                    "./perennial metrics tail -b localhost:9092 --summaries --no-follow", "mill-json", "task 3 closed");
            job.interrupt();
            reader.end();
        }
    }
}
