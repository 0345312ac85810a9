package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.policy.PolicyFolder;
import perennial.jobs.policy.PolicyRecords;
import perennial.jobs.policy.PublishedPolicy;
import perennial.streaming.assign.Glob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code policy}: takes the policies that learners publish to where they are acted with. */
@Command(
        name = "policy",
        description = "Writes the policies that learners publish to a folder as they come, and lists them.",
        mixinStandardHelpOptions = true,
        subcommands = {PolicyCommand.Follow.class, PolicyCommand.Listing.class})
public final class PolicyCommand {

    /** What both commands are told of the policies to read; a mixin for picocli. */
    static final class Selection {

        @Mixin
        private KafkaOptions kafka;

        @Option(
                names = {"-l", "--learner"},
                paramLabel = "NAME",
                description = "Only policies of this learner; * stands for anything; may be given again and again.")
        private List<String> learners = new ArrayList<>();

        private Predicate<String> predicate() {
            return learner ->
                    learners.isEmpty() || learners.stream().anyMatch(pattern -> Glob.matches(pattern, learner));
        }

        private PolicyRecords records(PrintWriter err) {
            return new PolicyRecords(predicate(), warning -> {
                err.println(Printable.of(warning));
                err.flush();
            });
        }

        private UserException nothing(String topic, KafkaConnection connection) {
            return UserException.failed("there must be a whole policy: topic=" + topic + " address="
                    + connection.bootstrapServers() + " learners=" + (learners.isEmpty() ? "all" : learners)
                    + "; learners of action values publish one every policies.publishEvery updates, any other when it is told"
                    + " to: perennial control snapshot");
        }
    }

    /** The command {@code policy follow}. */
    @Command(
            name = "follow",
            description = {
                "Writes each new policy of the learners to a folder, as NAME@VERSION.safetensors with what it is as"
                        + " NAME@VERSION.json beside it,",
                "and the newest of each learner as NAME.safetensors and NAME.json too. Begins with the newest that is there.",
                "A file is there whole or not at all. Where the broker does not answer, it waits. Ctrl-C ends it."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  perennial policy follow -b localhost:9092 --to policies",
                "  perennial policy follow --config job.yaml --learner 'dqn*' --to policies --keep 3",
                "  perennial policy follow -b localhost:9092 --to policies --once"
            })
    static final class Follow implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private Selection selection;

        @Option(names = "--to", paramLabel = "DIR", required = true, description = "Folder that the files go to.")
        private Path to;

        @Option(
                names = "--keep",
                paramLabel = "N",
                description = "Keep the last N policies of each learner and delete those before; all without it.")
        private Integer keep;

        @Option(
                names = "--from-beginning",
                description =
                        "Begin with all policies that the topic still has, instead of the newest of each learner.")
        private boolean fromBeginning;

        @Option(names = "--once", description = "Write what is there now, and end.")
        private boolean once;

        @Override
        public void run() {
            if (keep != null && keep < 1) {
                throw UserException.usage("--keep must be at least 1: keep=" + keep);
            }
            Configuration configuration = selection.kafka.configuration();
            KafkaConnection connection = selection.kafka.connection(configuration);
            String topic = configuration.topics().policies();
            PrintWriter out = command.commandLine().getOut();
            PrintWriter err = command.commandLine().getErr();
            try (Interrupts interrupts = Interrupts.watch();
                    TopicReader reader = new TopicReader(connection, topic, false)) {
                Following following =
                        new Following(selection.records(err), folder(), !fromBeginning, out, err, interrupts);
                reader.read(true, false, following);
                if (!interrupts.interrupted()) {
                    following.caughtUp();
                }
                if (once && !interrupts.interrupted() && following.policies() == 0) {
                    throw selection.nothing(topic, connection);
                }
                if (!once && !interrupts.interrupted()) {
                    err.println("following " + topic + " at " + connection.bootstrapServers() + "; Ctrl-C ends");
                    err.flush();
                    reader.follow(following);
                }
                err.println(following.counts());
            } finally {
                err.flush();
                out.flush();
            }
        }

        private PolicyFolder folder() {
            try {
                return new PolicyFolder(to, keep == null ? 0 : keep);
            } catch (IOException e) {
                throw cannotWrite(to, e);
            }
        }
    }

    private static UserException cannotWrite(Path place, IOException e) {
        return UserException.failed(
                "policies must be written to a folder: file=" + place + " error=" + e
                        + "; make room or give another folder with --to, and start the command again",
                e);
    }

    /** Policies on their way from the topic to the folder. */
    private static final class Following implements TopicReader.WaitingSink {

        private final PolicyRecords records;
        private final PolicyFolder folder;
        private final PrintWriter out;
        private final PrintWriter err;
        private final Interrupts interrupts;

        /** The newest of each learner while the past is read and only they are wanted; null otherwise. */
        private Map<String, PublishedPolicy> newest;

        private long written;
        private long there;
        private boolean unanswered;

        Following(
                PolicyRecords records,
                PolicyFolder folder,
                boolean newestOnly,
                PrintWriter out,
                PrintWriter err,
                Interrupts interrupts) {
            this.records = records;
            this.folder = folder;
            this.out = out;
            this.err = err;
            this.interrupts = interrupts;
            this.newest = newestOnly ? new TreeMap<>() : null;
        }

        @Override
        public boolean take(ConsumerRecord<byte[], byte[]> record) {
            answered();
            records.add(record).ifPresent(policy -> {
                if (newest == null) {
                    write(policy);
                } else {
                    newest.merge(policy.learner(), policy, (old, fresh) -> old.isLaterThan(fresh) ? old : fresh);
                }
            });
            return true;
        }

        /** The past is read. */
        void caughtUp() {
            if (newest != null) {
                Map<String, PublishedPolicy> found = newest;
                newest = null;
                found.values().forEach(this::write);
            }
        }

        private void write(PublishedPolicy policy) {
            PolicyFolder.Outcome outcome;
            try {
                outcome = folder.write(policy);
            } catch (IOException e) {
                throw cannotWrite(folder.file(policy), e);
            }
            if (outcome == PolicyFolder.Outcome.THERE) {
                there++;
                return;
            }
            written++;
            out.println(Instant.ofEpochMilli(policy.publishedMs()) + " " + policy.learner() + " version="
                    + policy.version() + " records=" + policy.records() + " bytes=" + policy.tensors().length + " "
                    + folder.file(policy)
                    + switch (outcome) {
                        case NEWEST, THERE -> "";
                        case WRITTEN -> " (not the newest)";
                        case WENT_BACK -> " (the learner went back to it, or began anew)";
                    });
            out.flush();
        }

        @Override
        public boolean paused() {
            return !out.checkError() && !interrupts.interrupted();
        }

        @Override
        public void unanswered(UserException why) {
            if (!unanswered) {
                unanswered = true;
                err.println("waiting: " + why.getMessage());
                err.flush();
            }
        }

        @Override
        public void answered() {
            if (unanswered) {
                unanswered = false;
                err.println("the broker answers again");
                err.flush();
            }
        }

        /** Policies that were met. */
        long policies() {
            return written + there;
        }

        /** What was read, in a line. */
        String counts() {
            return "policies written=" + written + " there before=" + there
                    + (records.cut() > 0 ? " not whole=" + records.cut() : "")
                    + (records.broken() > 0 ? " records passed over=" + records.broken() : "");
        }
    }

    /** The command {@code policy list}. */
    @Command(
            name = "list",
            description = "Lists the newest policy of each learner that is on the topic.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  perennial policy list -b localhost:9092",
                "  perennial policy list --config job.yaml --learner 'dqn*'"
            })
    static final class Listing implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private Selection selection;

        /** The newest policy of a learner without its weights, and how many there are. */
        private record Row(PublishedPolicy newest, int bytes, int policies) {

            static Row of(PublishedPolicy policy) {
                PublishedPolicy light = new PublishedPolicy(
                        policy.learner(),
                        policy.stream(),
                        policy.version(),
                        policy.trainedThrough(),
                        policy.chunks(),
                        policy.publishedMs(),
                        new byte[0]);
                return new Row(light, policy.tensors().length, 1);
            }

            Row and(Row next) {
                Row later = newest.isLaterThan(next.newest) ? this : next;
                return new Row(later.newest, later.bytes, policies + next.policies);
            }
        }

        @Override
        public void run() {
            Configuration configuration = selection.kafka.configuration();
            KafkaConnection connection = selection.kafka.connection(configuration);
            String topic = configuration.topics().policies();
            PrintWriter out = command.commandLine().getOut();
            PrintWriter err = command.commandLine().getErr();
            PolicyRecords records = selection.records(err);
            Map<String, Row> rows = new TreeMap<>();
            try (Interrupts interrupts = Interrupts.watch();
                    TopicReader reader = new TopicReader(connection, topic, false)) {
                reader.read(true, false, new TopicReader.Sink() {
                    @Override
                    public boolean take(ConsumerRecord<byte[], byte[]> record) {
                        records.add(record).ifPresent(policy -> rows.merge(policy.learner(), Row.of(policy), Row::and));
                        return true;
                    }

                    @Override
                    public boolean paused() {
                        return !interrupts.interrupted();
                    }
                });
            }
            if (rows.isEmpty()) {
                throw selection.nothing(topic, connection);
            }
            Instant now = Instant.now();
            TextTable table =
                    new TextTable("learner", "version", "published", "size", "chunks", "records", "stream", "policies");
            rows.values()
                    .forEach(row -> table.add(
                            row.newest.learner(),
                            Long.toString(row.newest.version()),
                            Words.age(Duration.between(Instant.ofEpochMilli(row.newest.publishedMs()), now)),
                            Words.size(row.bytes),
                            Integer.toString(row.newest.chunks()),
                            Long.toString(row.newest.records()),
                            Printable.of(row.newest.stream()),
                            Integer.toString(row.policies)));
            table.print(out);
            out.flush();
        }
    }
}
