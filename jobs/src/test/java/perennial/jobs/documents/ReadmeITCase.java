package perennial.jobs.documents;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.documents.Walkthrough.Terminal;

/** The commands of the README, typed as they stand, with what they print. */
class ReadmeITCase {

    private static final String RUNS = "runs 3 learners";

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
}
