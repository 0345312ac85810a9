package perennial.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Nearest;
import perennial.jobs.flink.Checkpoints;
import perennial.learning.learner.Learner;
import perennial.learning.learner.Learners;
import perennial.learning.learner.SavedLearner;
import perennial.learning.weights.SafeTensors;
import perennial.streaming.learn.LearnerCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.saved.CheckpointException;
import perennial.streaming.saved.SavedLearners;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code checkpoint}: looks into checkpoints and savepoints, and takes weights out of them. No job runs. */
@Command(
        name = "checkpoint",
        description = "Looks into checkpoints and savepoints, and takes weights out of them.",
        mixinStandardHelpOptions = true,
        subcommands = {CheckpointCommand.Inspect.class, CheckpointCommand.Export.class})
public final class CheckpointCommand {

    private static final String PATH_DESCRIPTION =
            "Folder of a checkpoint or savepoint; or of a job's state (--state of run and train): then the newest under it.";

    /** Reads what is at {@code path}; what cannot be read is said in a sentence. */
    private static SavedLearners open(String path, CommandSpec command) {
        try {
            return SavedLearners.open(
                    Checkpoints.within(path, command.commandLine().getErr()::println));
        } catch (CheckpointException e) {
            throw UserException.failed(e.getMessage(), e);
        }
    }

    private static void visit(SavedLearners saved, SavedLearners.Visitor visitor) {
        try {
            saved.visit(visitor);
        } catch (IOException e) {
            throw UserException.failed(e.getMessage(), e);
        }
    }

    /** The command {@code checkpoint inspect}. */
    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = {
                "Shows the learners of a checkpoint or savepoint: how far each has come, how large it is, and what it was made from.",
                "The last event of each actor that a learner took in stands behind its stream."
            },
            footer = {
                "",
                "Examples:",
                "  perennial checkpoint inspect perennial-state",
                "  perennial checkpoint inspect perennial-state/savepoints/savepoint-1a2b3c-4d5e6f --json"
            })
    static final class Inspect implements Runnable {

        /** Streams and actors that a line of the table names. */
        private static final int POSITIONS_SHOWN = 3;

        @Spec
        private CommandSpec command;

        @Parameters(index = "0", paramLabel = "PATH", description = PATH_DESCRIPTION)
        private String path;

        @Option(names = "--json", description = "Print everything as one JSON object.")
        private boolean json;

        @Override
        public void run() {
            SavedLearners saved = open(path, command);
            PrintWriter out = command.commandLine().getOut();
            if (json) {
                out.println(json(saved));
            } else {
                table(saved, out);
            }
            out.flush();
        }

        private void table(SavedLearners saved, PrintWriter out) {
            TextTable table = new TextTable(
                    "learner",
                    "kind",
                    "method",
                    "task",
                    "updates",
                    "records",
                    "discarded",
                    "state",
                    "replay",
                    "source",
                    "configuration",
                    "code",
                    "format",
                    "engine and kernel",
                    "streams");
            visit(saved, checkpoint -> {
                SavedLearner learner = SavedLearner.of(checkpoint.state());
                table.add(
                        checkpoint.learner(),
                        learner.kind(),
                        learner.method(),
                        Long.toString(learner.task()),
                        Long.toString(learner.updates()),
                        Long.toString(learner.records()),
                        learner.divergences() + (learner.stopped() ? ", stopped" : ""),
                        Words.size(learner.bytes()),
                        Words.size(learner.replayBytes()),
                        checkpoint.source() == null
                                ? "-"
                                : Words.size(checkpoint.source().state().length),
                        checkpoint.origin().configHash(),
                        checkpoint.origin().codeVersion(),
                        Integer.toString(checkpoint.origin().format()),
                        learner.kernel(),
                        positions(checkpoint));
            });
            out.println((saved.isSavepoint() ? "savepoint " : "checkpoint ") + saved.checkpointId()
                    + ", learners on " + saved.parallelism() + (saved.parallelism() == 1 ? " subtask" : " subtasks")
                    + ": " + saved.path());
            table.print(out);
        }

        private static String positions(LearnerCheckpoint checkpoint) {
            List<String> shown = new ArrayList<>();
            for (TrainedThrough position : checkpoint.trainedThrough()) {
                if (shown.size() == POSITIONS_SHOWN) {
                    shown.add("and " + (checkpoint.trainedThrough().size() - POSITIONS_SHOWN) + " more");
                    break;
                }
                shown.add(position.stream() + (position.actor() == 0 ? "" : "/" + position.actor()) + ":"
                        + position.sequence());
            }
            return String.join(" ", shown);
        }

        private static String json(SavedLearners saved) {
            ObjectMapper mapper = new ObjectMapper();
            ObjectNode root = mapper.createObjectNode()
                    .put("path", saved.path())
                    .put("kind", saved.isSavepoint() ? "savepoint" : "checkpoint")
                    .put("checkpoint", saved.checkpointId())
                    .put("parallelism", saved.parallelism());
            root.putArray("learners");
            visit(saved, checkpoint -> {
                SavedLearner learner = SavedLearner.of(checkpoint.state());
                ObjectNode node = root.withArray("learners").addObject();
                node.put("learner", checkpoint.learner())
                        .put("kind", learner.kind())
                        .put("method", learner.method())
                        .put("network", learner.network())
                        .put("task", learner.task())
                        .put("updates", learner.updates())
                        .put("recordsSeen", learner.records())
                        .put("divergences", learner.divergences())
                        .put("stopped", learner.stopped())
                        .put("stateBytes", learner.bytes())
                        .put("replayBytes", learner.replayBytes())
                        .put(
                                "sourceBytes",
                                checkpoint.source() == null
                                        ? 0
                                        : checkpoint.source().state().length)
                        .put("engine", learner.kernel())
                        .put("format", checkpoint.origin().format())
                        .put("codeVersion", checkpoint.origin().codeVersion())
                        .put("configHash", checkpoint.origin().configHash());
                for (TrainedThrough position : checkpoint.trainedThrough()) {
                    node.withArray("trainedThrough")
                            .addObject()
                            .put("stream", position.stream())
                            .put("actor", position.actor())
                            .put("sequence", position.sequence());
                }
                if (!checkpoint.origin().configuration().isEmpty()) {
                    node.set(
                            "configuration", mapper.readTree(checkpoint.origin().configuration()));
                }
            });
            try {
                return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("an object of plain values can be written", e);
            }
        }
    }

    /** The command {@code checkpoint export}. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description =
                    "Writes learners' weights from a checkpoint or savepoint as safetensors, <learner>.safetensors, as train"
                            + " --export does.",
            footer = {
                "",
                "Examples:",
                "  perennial checkpoint export perennial-state --learner nap --to weights",
                "  perennial train --config learners.yaml --events events.avro --init nap=weights/nap.safetensors"
            })
    static final class Export implements Runnable {

        @Spec
        private CommandSpec command;

        @Parameters(index = "0", paramLabel = "PATH", description = PATH_DESCRIPTION)
        private String path;

        @Option(
                names = "--learner",
                paramLabel = "NAME",
                description = "A learner whose weights are written; may be repeated. All of them if it is not given.")
        private List<String> learners = new ArrayList<>();

        @Option(names = "--to", paramLabel = "DIR", required = true, description = "Folder that the files go to.")
        private Path to;

        @Override
        public void run() {
            SavedLearners saved = open(path, command);
            List<String> found = new ArrayList<>();
            PrintWriter out = command.commandLine().getOut();
            List<String> wanted = new ArrayList<>(learners);
            visit(saved, checkpoint -> {
                found.add(checkpoint.learner());
                if (wanted.remove(checkpoint.learner())
                        || learners.isEmpty() && !checkpoint.state().entries().isEmpty()) {
                    out.println("weights: " + write(checkpoint));
                }
            });
            out.flush();
            if (!wanted.isEmpty()) {
                throw UserException.usage("the checkpoint has no learner " + wanted.get(0)
                        + Nearest.hint(wanted.get(0), found) + ": path=" + saved.path());
            }
        }

        private Path write(LearnerCheckpoint checkpoint) throws IOException {
            if (checkpoint.state().entries().isEmpty()) {
                throw UserException.failed("the checkpoint keeps no weights of a learner that has ended: learner="
                        + checkpoint.learner() + "; use an earlier one");
            }
            if (checkpoint.origin().configuration().isEmpty()) {
                throw UserException.failed(
                        "weights can be taken from learners that a configuration describes, and this one was made without any:"
                                + " learner=" + checkpoint.learner());
            }
            byte[] weights;
            // Weights have the same bits on every engine.
            try (Learner learner = Learners.restore(
                    Configuration.savedLearner(checkpoint.origin().configuration()), "cpu", checkpoint.state())) {
                weights = SafeTensors.toBytes(learner.weights());
            }
            Path file = to.resolve(checkpoint.learner() + ".safetensors");
            try {
                Files.createDirectories(to);
                Files.write(file, weights);
            } catch (IOException e) {
                throw UserException.failed("weights must be written to a folder: file=" + file + " error=" + e, e);
            }
            return file;
        }
    }
}
