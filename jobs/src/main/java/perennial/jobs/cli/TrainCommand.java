package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.environment.StateFolder;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.RunningJob;
import perennial.jobs.graph.FileJob;
import perennial.jobs.graph.FileJob.RunFiles;
import perennial.jobs.graph.InitialWeights;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.LearnerTopology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial train}: the same job without Kafka, over a finite file of events or with learners that make their own. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains the learners of a configuration on a file of events, without Kafka; or, where they have environments or labels",
            "of their own, on what they make themselves.",
            "The same events and configuration give the same bytes, whatever flink.parallelism.default is.",
            "Ctrl-C stops with a savepoint and prints how to go on from it."
        },
        footer = {
            "",
            "Examples:",
            "  perennial train --config learners.yaml --events events.jsonl --metrics metrics.jsonl --export weights",
            "  perennial train --config learners.yaml --events events.avro --init nap=start.safetensors --export weights",
            "  perennial train --config breakout-in-job.yaml --metrics metrics.jsonl --export weights"
        })
public final class TrainCommand implements Callable<Integer> {

    @Mixin
    private ConfigurationOptions configurationOptions;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description =
                    "Events to learn from: JSON lines, or an Avro container of perennial.v1.Event. Needed, but where the"
                            + " learners have environments or labels of their own: then there are none.")
    private Path events;

    @Option(
            names = "--init",
            paramLabel = "[LEARNER=]FILE",
            description = "Weights to start from, as safetensors; for the named learner, or for all of them.")
    private List<String> init = new ArrayList<>();

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = "Folder for each learner's weights at the end, <learner>.safetensors.")
    private Path export;

    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "File for reports and task summaries, as JSON lines, learner by learner.")
    private Path metrics;

    @Option(
            names = "--dead-letters",
            paramLabel = "FILE",
            defaultValue = "dead-letters.jsonl",
            description = "File for records that cannot be used, as JSON lines with the original bytes in base64"
                    + " (default: ${DEFAULT-VALUE}).")
    private Path deadLetters;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "perennial-state",
            description = "Folder for the savepoint of an interrupted run (default: ${DEFAULT-VALUE}).")
    private Path state;

    @Option(
            names = "--resume",
            paramLabel = "PATH|latest",
            description = "Go on from a savepoint of an interrupted run; latest is the newest under --state.")
    private String resume;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = configurationOptions.load();
        List<LearnerSpec> learners = configuration.learnerSpecs();
        if (learners.isEmpty()) {
            throw UserException.usage("the configuration names no learners, so there is nothing to train");
        }
        requireEvents(configuration);
        InitialWeights initialWeights = InitialWeights.read(init, learners);
        Files.deleteIfExists(deadLetters);

        PrintWriter err = spec.commandLine().getErr();
        org.apache.flink.configuration.Configuration options =
                FlinkOptions.effective(new HashMap<>(configuration.flink()), state);
        if (options.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL)) {
            StateFolder.make(state);
        }
        if (resume != null) {
            FlinkOptions.resumeFrom(options, Checkpoints.resolve(resume, state, err::println));
        }
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, options.get(CoreOptions.DEFAULT_PARALLELISM))) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            FileJob.describe(
                    environment, configuration, initialWeights, new RunFiles(events, metrics, deadLetters, export));
            JobID job = flink.submit(environment, configuration.name());
            new RunningJob(flink, job, err).await(state.resolve("savepoints"), LearnerTopology.LEARNERS);
        }
        report(learners, err);
        return 0;
    }

    private void requireEvents(Configuration configuration) {
        if (configuration.hasOwnSources()) {
            if (events != null) {
                throw UserException.usage(
                        "the learners of this configuration make their events themselves, in environments or"
                                + " labels of their own: leave out --events, or remove those sections");
            }
        } else if (events == null) {
            throw UserException.usage(
                    "the learners of this configuration learn from events: give --events FILE, or give them"
                            + " environments or labels of their own");
        } else if (!Files.isReadable(events) || Files.isDirectory(events)) {
            throw UserException.usage("there is no readable file of events at " + events);
        }
    }

    private void report(List<LearnerSpec> learners, PrintWriter err) throws java.io.IOException {
        if (metrics != null && Files.exists(metrics)) {
            err.println("reports and task summaries: " + metrics);
        }
        if (export != null) {
            for (LearnerSpec learner : learners) {
                Path file = export.resolve(learner.name() + ".safetensors");
                err.println(
                        Files.exists(file)
                                ? "weights: " + file
                                : "no weights of " + learner.name() + ": no event of its streams " + learner.streams()
                                        + " came");
            }
        }
        if (Files.exists(deadLetters)) {
            try (var lines = Files.lines(deadLetters)) {
                err.println("records that could not be used: " + lines.count() + ", see " + deadLetters);
            }
        }
        err.flush();
    }
}
