package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.TopicsSection;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicPurpose;
import perennial.jobs.kafka.TopicReader;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code metrics}: shows reports as they come, and exports those that are there. */
@Command(
        name = "metrics",
        description =
                "Shows and exports plasticity reports, task summaries, audits of commands, predictions, alerts and dead letters.",
        mixinStandardHelpOptions = true,
        subcommands = {MetricsCommand.Tail.class, MetricsCommand.Export.class})
public final class MetricsCommand {

    /** The forms that records are printed in. */
    enum Form {
        /** Columns for people. */
        table,
        /** A JSON object to a line. */
        json,
        /** Comma-separated values under a header. */
        csv
    }

    /** What both commands are told of the records to read; a mixin for picocli. */
    static final class Selection {

        @Option(
                names = "--topic",
                paramLabel = "TOPIC",
                defaultValue = "metrics",
                showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
                description =
                        "metrics, predictions, dead-letters, policies, events, alerts, control, or a topic's own name.")
        private String topic;

        @Option(
                names = {"-l", "--learner"},
                paramLabel = "NAME",
                description = "Only records of this learner; * stands for anything; may be given again and again.")
        private List<String> learners = new ArrayList<>();

        @Option(names = "--summaries", description = "Only task summaries.")
        private boolean summaries;

        @Option(names = "--layers", description = "CSV with a row for each layer of each report.")
        private boolean layers;

        @Option(
                names = "--deduplicate",
                description = {
                    "Drop records that were there before: reports of the same learner and update.",
                    "They come from delivery: at-least-once after a failure, or from transactions that were aborted."
                })
        private boolean deduplicate;

        private String topicName(TopicsSection topics) {
            return TopicPurpose.of(topic, topics)
                    .map(purpose -> purpose.nameIn(topics))
                    .orElse(topic);
        }

        private RecordFilter filter() {
            return new RecordFilter(learners, summaries, deduplicate);
        }

        private RecordPrinter printer(Form form, TopicsSection topics, PrintWriter out) {
            if (layers && (form != Form.csv || summaries)) {
                throw UserException.usage("--layers is for reports as CSV: form=" + form + " summaries=" + summaries
                        + "; add --format csv, and leave out --summaries");
            }
            return switch (form) {
                case table -> new TablePrinter(out);
                case json -> new JsonPrinter(out);
                case csv -> layers ? CsvPrinter.ofLayers(out) : CsvPrinter.ofRecords(out, columns(topics));
            };
        }

        private Schema columns(TopicsSection topics) {
            // A topic that is not configured is taken for one of metrics: whoever writes others names them so.
            return switch (TopicPurpose.of(topic, topics).orElse(TopicPurpose.METRICS)) {
                case METRICS -> summaries ? TaskSummary.getClassSchema() : PlasticityReport.getClassSchema();
                case PREDICTIONS -> Prediction.getClassSchema();
                case DEAD_LETTERS -> DeadLetter.getClassSchema();
                case ALERTS -> PlasticityAlert.getClassSchema();
                case EVENTS, POLICIES, CONTROL ->
                    throw UserException.usage(
                            "records of this topic have no columns: topic=" + topic + " format=csv; use --format json");
            };
        }
    }

    /** The command {@code metrics tail}. */
    @Command(
            name = "tail",
            description = {
                "Shows records as they are written, those of open transactions too.",
                "Ends with Ctrl-C, after --limit records, or when nobody reads its output any more."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  perennial metrics tail --config job.yaml",
                "  perennial metrics tail -b localhost:9092 --learner 'nap*' --from-beginning",
                "  perennial metrics tail -b localhost:9092 --topic alerts --from-beginning",
                "  perennial metrics tail -b localhost:9092 --topic dead-letters --no-follow",
                "  perennial metrics tail -b localhost:9092 --format json | jq .loss"
            })
    static final class Tail implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private KafkaOptions kafka;

        @Mixin
        private Selection selection;

        @Option(names = "--from-beginning", description = "Begin with the oldest record instead of the next one.")
        private boolean fromBeginning;

        @Option(
                names = "--follow",
                negatable = true,
                defaultValue = "true",
                fallbackValue = "true",
                description =
                        "Wait for more (the default); --no-follow shows what is there, from the beginning, and ends.")
        private boolean follow;

        @Option(names = "--limit", paramLabel = "N", description = "End after so many records.")
        private Long limit;

        @Option(
                names = "--format",
                paramLabel = "FORM",
                defaultValue = "table",
                showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
                description = "${COMPLETION-CANDIDATES}")
        private Form form;

        @Override
        public void run() {
            requirePositive(limit);
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            String topic = selection.topicName(configuration.topics());
            PrintWriter out = command.commandLine().getOut();
            PrintWriter err = command.commandLine().getErr();
            String greeting = "reading " + topic + " at " + connection.bootstrapServers()
                    + (fromBeginning ? " from its beginning" : " from now on") + "; Ctrl-C ends";
            RecordPrinter printer = selection.printer(form, configuration.topics(), out);
            try (Interrupts interrupts = Interrupts.watch();
                    TopicReader reader = new TopicReader(connection, topic, false)) {
                RecordReading reading = new RecordReading(
                        selection.filter(), printer, out, err, interrupts, follow ? greeting : "", orAll(limit));
                reader.read(fromBeginning || !follow, follow, reading);
                out.flush();
                if (reading.metTrouble()) {
                    err.println(reading.counts());
                }
            } finally {
                err.flush();
            }
        }
    }

    /** The command {@code metrics export}. */
    @Command(
            name = "export",
            description = {
                "Writes all records that are there now to a file or standard output.",
                "A file is only there when it is whole. What was written is counted on standard error."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  perennial metrics export --config job.yaml --output metrics.csv",
                "  perennial metrics export -b localhost:9092 --summaries --output tasks.csv",
                "  perennial metrics export -b localhost:9092 --layers --learner nap --output layers.csv",
                "  perennial metrics export -b localhost:9092 --format json > metrics.jsonl"
            })
    static final class Export implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private KafkaOptions kafka;

        @Mixin
        private Selection selection;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                defaultValue = "-",
                description = "File to write, replaced if it exists; - for standard output (the default).")
        private String output;

        @Option(
                names = "--format",
                paramLabel = "FORM",
                description = "csv or json (lines); without it json for a file .json or .jsonl, otherwise csv.")
        private Form form;

        @Option(
                names = "--read-uncommitted",
                description = "Records of open and aborted transactions, too. Use --deduplicate with it.")
        private boolean readUncommitted;

        @Option(names = "--limit", paramLabel = "N", description = "End after so many records.")
        private Long limit;

        @Override
        public void run() {
            requirePositive(limit);
            if (form == Form.table) {
                throw UserException.usage("an export must be csv or json: format=table; metrics tail shows tables");
            }
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            PrintWriter err = command.commandLine().getErr();
            try (Interrupts interrupts = Interrupts.watch()) {
                RecordReading reading = output.equals("-")
                        ? read(configuration, connection, command.commandLine().getOut(), interrupts)
                        : writeFile(configuration, connection, interrupts);
                err.println("exported " + reading.counts());
            } finally {
                err.flush();
            }
        }

        private RecordReading writeFile(
                Configuration configuration, KafkaConnection connection, Interrupts interrupts) {
            Path file = Path.of(output).toAbsolutePath();
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try {
                Files.deleteIfExists(part);
                RecordReading reading;
                // A new file, so that no link that lies there is followed.
                try (PrintWriter out = new PrintWriter(
                        Files.newBufferedWriter(part, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW))) {
                    reading = read(configuration, connection, out, interrupts);
                    if (out.checkError()) {
                        throw UserException.failed(
                                "the export must be written whole: file=" + file + "; check that its disk has room");
                    }
                }
                if (interrupts.interrupted()) {
                    throw UserException.failed(
                            "the export was interrupted, and the file is left as it was: file=" + file);
                }
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
                return reading;
            } catch (IOException e) {
                throw UserException.failed(
                        "the export must be a file that can be written: file=" + file + " error=" + e
                                + "; name another one with --output",
                        e);
            } finally {
                deletePart(part);
            }
        }

        private static void deletePart(Path part) {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                throw UserException.failed("a file that was begun must be deleted: file=" + part + " error=" + e, e);
            }
        }

        private RecordReading read(
                Configuration configuration, KafkaConnection connection, PrintWriter out, Interrupts interrupts) {
            String topic = selection.topicName(configuration.topics());
            RecordReading reading = new RecordReading(
                    selection.filter(),
                    selection.printer(form(), configuration.topics(), out),
                    out,
                    command.commandLine().getErr(),
                    interrupts,
                    "",
                    orAll(limit));
            try (TopicReader reader = new TopicReader(connection, topic, !readUncommitted)) {
                reader.read(true, false, reading);
            }
            out.flush();
            return reading;
        }

        private Form form() {
            if (form != null) {
                return form;
            }
            String name = output.toLowerCase(Locale.ROOT);
            return name.endsWith(".json") || name.endsWith(".jsonl") ? Form.json : Form.csv;
        }
    }

    private static long orAll(Long limit) {
        return limit == null ? Long.MAX_VALUE : limit;
    }

    private static void requirePositive(Long limit) {
        if (limit != null && limit < 1) {
            throw UserException.usage("--limit must be at least 1: limit=" + limit);
        }
    }
}
