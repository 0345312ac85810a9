package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.LetterReader;
import perennial.jobs.kafka.Replay;
import perennial.jobs.kafka.Replay.Fate;
import perennial.jobs.kafka.StoredLetter;
import perennial.v1.DeadLetterReason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code dead-letters}: looks at records that could not be used, and sends them again. */
@Command(
        name = "dead-letters",
        description = "Shows the records that could not be used, and sends them again after a fix.",
        mixinStandardHelpOptions = true,
        subcommands = {DeadLettersCommand.ListLetters.class, DeadLettersCommand.SendAgain.class})
public final class DeadLettersCommand {

    /** The command {@code dead-letters list}. */
    @Command(
            name = "list",
            description = {
                "Shows the dead letters that are there, each once, and how many there are of each reason.",
                "What can be read of a record is shown, even where it is cut or damaged."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  perennial dead-letters list --config job.yaml --counts",
                "  perennial dead-letters list --config job.yaml --reason unknownStream --since 2h",
                "  perennial dead-letters list -b localhost:9092 --partition 3 --offsets 1200-1300 --json"
            })
    static final class ListLetters implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private KafkaOptions kafka;

        @Mixin
        private LetterFilter filter;

        @Option(names = "--json", description = "A JSON object to a line, with the original bytes in base64.")
        private boolean json;

        @Option(names = "--counts", description = "Only how many there are of each reason.")
        private boolean countsOnly;

        @Option(names = "--limit", paramLabel = "N", description = "Show so many letters at most; all are counted.")
        private Long limit;

        @Override
        public void run() {
            if (limit != null && limit < 1) {
                throw UserException.usage("--limit must be at least 1: limit=" + limit);
            }
            Predicate<StoredLetter> chosen = filter.predicate();
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            PrintWriter out = command.commandLine().getOut();
            PrintWriter err = command.commandLine().getErr();
            LetterPrinter printer = new LetterPrinter(out, json);
            Map<DeadLetterReason, Long> counts = new EnumMap<>(DeadLetterReason.class);
            long most = countsOnly ? 0 : limit == null ? Long.MAX_VALUE : limit;
            long[] shown = {0};
            String topic = configuration.topics().deadLetters();
            try (Interrupts interrupts = Interrupts.watch()) {
                LetterReader.Found found = new LetterReader(connection, topic)
                        .read(
                                letter -> {
                                    if (chosen.test(letter)) {
                                        counts.merge(letter.letter().getReason(), 1L, Long::sum);
                                        if (shown[0] < most) {
                                            shown[0]++;
                                            printer.print(letter);
                                        }
                                    }
                                    return !interrupts.interrupted() && !out.checkError();
                                },
                                err::println);
                total(out, err, counts, found, topic);
            } finally {
                out.flush();
                err.flush();
            }
        }

        private void total(
                PrintWriter out,
                PrintWriter err,
                Map<DeadLetterReason, Long> counts,
                LetterReader.Found found,
                String topic) {
            long chosen = counts.values().stream().mapToLong(Long::longValue).sum();
            String line = "dead letters on " + topic + ": " + chosen
                    + (chosen == found.letters() ? "" : " of " + found.letters())
                    + (counts.isEmpty() ? "" : " (" + DeadLettersCommand.text(counts) + ")")
                    + (found.replayed().isEmpty()
                            ? ""
                            : "; sent again so far=" + found.replayed().size())
                    + (found.others() == 0 ? "" : "; records that are no letters=" + found.others());
            // With --json standard output carries objects and nothing else.
            (json && !countsOnly ? err : out).println(json && countsOnly ? LetterPrinter.json(counts) : line);
        }
    }

    /** The command {@code dead-letters replay}. */
    @Command(
            name = "replay",
            description = {
                "Sends records from the dead letters to their topics again, byte for byte with key and headers, after what",
                "was wrong has been mended. Looks first at what would become of each, and asks before anything is sent.",
                "A record goes to the end of its partition: where its stream has gone on, learners refuse it as a repetition,",
                "so it is not sent. Docs: docs/dead-letters.md.",
                "Started again after an interruption it goes on where it was; nothing is sent twice."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  perennial dead-letters replay --config job.yaml --reason unknownStream --dry-run",
                "  perennial dead-letters replay --config job.yaml --stream 'sensor-*' --since 2h"
            })
    static final class SendAgain implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private KafkaOptions kafka;

        @Mixin
        private LetterFilter filter;

        @Option(names = "--dry-run", description = "Say what would become of each, and send nothing.")
        private boolean dryRun;

        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before sending.")
        private boolean yes;

        @Option(
                names = "--force",
                description =
                        "Send records too that a job with its state would refuse again: those behind their stream,"
                                + " and those that its learners cannot use.")
        private boolean force;

        @Option(
                names = "--max-replays",
                paramLabel = "N",
                defaultValue = "3",
                showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
                description = "A record that came back so often is not sent again.")
        private int maxReplays;

        @Override
        public void run() {
            if (maxReplays < 1 || maxReplays > 1000) {
                throw UserException.usage("--max-replays must be from 1 to 1000: maxReplays=" + maxReplays);
            }
            Predicate<StoredLetter> chosen = filter.predicate();
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            PrintWriter out = command.commandLine().getOut();
            PrintWriter err = command.commandLine().getErr();
            Replay replay = new Replay(
                    connection,
                    new Replay.Settings(
                            configuration.topics().deadLetters(),
                            configuration.name() + "-replay",
                            configuration.learners().isEmpty() ? List.of() : configuration.learnerSpecs(),
                            configuration.limits().maxRecordBytes(),
                            maxReplays,
                            force));
            try (Interrupts interrupts = Interrupts.watch()) {
                Replay.Survey survey = replay.survey(chosen, err::println);
                print(survey, out);
                out.flush();
                if (survey.toSend() == 0) {
                    out.println("nothing to send");
                } else if (dryRun) {
                    out.println("a dry run: nothing was sent");
                } else if (!interrupts.interrupted() && confirmed(survey, out)) {
                    long sent = replay.send(survey, () -> !interrupts.interrupted(), err::println);
                    out.println("sent " + sent + " of " + survey.toSend()
                            + (sent < survey.toSend() ? "; start the same command again for the rest" : ""));
                } else {
                    throw UserException.failed(
                            "nothing was sent, because nobody confirmed it: answer y, or give --yes");
                }
            } finally {
                out.flush();
                err.flush();
            }
        }

        private boolean confirmed(Replay.Survey survey, PrintWriter out) {
            if (yes) {
                return true;
            }
            String topics = survey.topics().entrySet().stream()
                    .map(topic -> topic.getValue() + " to " + topic.getKey())
                    .collect(Collectors.joining(", "));
            out.print("send " + topics + "? [y/N] ");
            out.flush();
            String answer = answer().strip().toLowerCase(Locale.ROOT);
            return answer.equals("y") || answer.equals("yes");
        }

        /** The first line of standard input, or nothing; no more of it is read. */
        private static String answer() {
            StringBuilder line = new StringBuilder();
            try {
                for (int c = System.in.read(); c >= 0 && c != '\n' && line.length() < 100; c = System.in.read()) {
                    line.append((char) c);
                }
            } catch (IOException e) {
                throw UserException.failed("standard input must be readable to confirm: error=" + e, e);
            }
            return line.toString();
        }

        private static void print(Replay.Survey survey, PrintWriter out) {
            for (Fate fate : Fate.values()) {
                Map<DeadLetterReason, Long> counts = survey.counts().get(fate);
                if (counts != null) {
                    long count =
                            counts.values().stream().mapToLong(Long::longValue).sum();
                    out.println(title(fate) + ": " + count + " (" + text(counts) + ")");
                    String advice = advice(fate);
                    if (!advice.isEmpty()) {
                        out.println("  " + advice);
                        out.println(
                                "  the first: " + Printable.of(survey.evidence().get(fate)));
                    }
                }
            }
            if (survey.partly()) {
                out.println("note: much was written since, and only the last records of the partitions were looked at;"
                        + " streams that have been quiet for long may have gone on before that");
            }
        }

        private static String title(Fate fate) {
            return switch (fate) {
                case SEND -> "to send";
                case SENT -> "sent before";
                case USED -> "used already";
                case LATE -> "behind their stream";
                case REFUSED -> "would be refused again";
                case TOO_OFTEN -> "came back too often";
                case GONE -> "gone";
            };
        }

        private static String advice(Fate fate) {
            return switch (fate) {
                case SEND, SENT -> "";
                case USED -> "these letters only tell of a gap: their records were learned from";
                case LATE ->
                    "their streams have gone on, so that a job with its state refuses them as repetitions: to learn from"
                            + " them in their place, resume the job from a checkpoint or savepoint of before them; --force"
                            + " sends them all the same";
                case REFUSED ->
                    "mend what is wrong first: correct the configuration, or use the version that can read them; --force"
                            + " sends them all the same";
                case TOO_OFTEN -> "raise --max-replays to try again";
                case GONE ->
                    "they were too large to be kept whole, and their topic has deleted them: publish them again from where"
                            + " they came from";
            };
        }
    }

    /** Counts of each reason, most first. */
    private static String text(Map<DeadLetterReason, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<DeadLetterReason, Long>comparingByValue().reversed())
                .map(entry -> Words.of(entry.getKey()) + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
