package perennial.jobs.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.ClusterState;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicPlan;
import perennial.jobs.kafka.TopicState;
import perennial.jobs.kafka.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code topics}: creates the topics of an installation, and checks them. */
@Command(
        name = "topics",
        description = "Creates and checks the Kafka topics.",
        mixinStandardHelpOptions = true,
        subcommands = {TopicsCommand.Create.class, TopicsCommand.Check.class})
public final class TopicsCommand {

    /** The command {@code topics create}. */
    @Command(
            name = "create",
            description = "Creates the topics that are missing; one that exists is left as it is.",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            footer = {
                "",
                "Examples:",
                "  perennial topics create --bootstrap-server localhost:9092",
                "  perennial topics create --config job.yaml --partitions 16 --replication-factor 3"
            })
    static final class Create implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private KafkaOptions kafka;

        @Option(
                names = "--partitions",
                paramLabel = "N",
                defaultValue = "" + TopicPlan.EVENT_PARTITIONS,
                description =
                        "Partitions of the events topic: as many streams can be read at once. The others have one.")
        private int partitions;

        @Option(
                names = "--replication-factor",
                paramLabel = "N",
                defaultValue = "-1",
                description = "Copies of each partition; -1 for the broker's default.")
        private short replicationFactor;

        @Option(
                names = "--retention-hours",
                paramLabel = "N",
                defaultValue = "" + TopicPlan.EVENT_RETENTION_HOURS,
                description = "How long events are kept; -1 for ever. Policies are compacted, the others kept 30 days.")
        private long retentionHours;

        @Override
        public void run() {
            require(partitions >= 1, "--partitions must be at least 1: partitions=" + partitions);
            require(
                    replicationFactor >= 1 || replicationFactor == -1,
                    "--replication-factor must be at least 1, or -1 for the broker's default: replicationFactor="
                            + replicationFactor);
            require(
                    retentionHours == -1 || retentionHours >= 1 && retentionHours <= 100L * 366 * 24,
                    "--retention-hours must be from 1 to those of a century, or -1 for ever: retentionHours="
                            + retentionHours);
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            PrintWriter out = command.commandLine().getOut();
            try (Topics topics = new Topics(connection)) {
                List<TopicPlan> plans = TopicPlan.all(
                        configuration.topics(),
                        OptionalInt.of(partitions),
                        retentionHours,
                        configuration.limits().maxRecordBytes());
                for (TopicPlan plan : plans) {
                    boolean created =
                            topics.create(List.of(plan), replicationFactor).get(plan);
                    out.println(plan.name() + (created ? ": created " + settings(plan) : ": exists already"));
                    out.flush();
                }
            }
        }

        private static String settings(TopicPlan plan) {
            return "partitions=" + plan.partitions() + " cleanup.policy="
                    + plan.settings().get("cleanup.policy");
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw UserException.usage(message);
            }
        }
    }

    /** The command {@code topics check}. */
    @Command(
            name = "check",
            description = {
                "Says whether the cluster answers and the topics are as they must be.",
                "Exit code 1 if anything is missing or wrong; each problem says what to do."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  perennial topics check --config job.yaml"})
    static final class Check implements Callable<Integer> {

        @Spec
        private CommandSpec command;

        @Mixin
        private KafkaOptions kafka;

        @Option(
                names = "--partitions",
                paramLabel = "N",
                description = "Partitions that the events topic must have; any number will do if not given.")
        private Integer partitions;

        @Override
        public Integer call() {
            if (partitions != null && partitions < 1) {
                throw UserException.usage("--partitions must be at least 1: partitions=" + partitions);
            }
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            PrintWriter out = command.commandLine().getOut();
            try (Topics topics = new Topics(connection)) {
                print(out, connection, topics.cluster());
                List<TopicState> states = topics.check(TopicPlan.all(
                        configuration.topics(),
                        partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions),
                        TopicPlan.EVENT_RETENTION_HOURS,
                        configuration.limits().maxRecordBytes()));
                return print(out, states);
            } finally {
                out.flush();
            }
        }

        private static void print(PrintWriter out, KafkaConnection connection, ClusterState cluster) {
            out.println("cluster " + cluster.id() + " at " + connection.bootstrapServers() + ": brokers="
                    + cluster.brokers() + " metadata.version=" + told(cluster.metadataVersion())
                    + " transaction.version=" + told(cluster.transactionVersion()) + " client="
                    + cluster.clientVersion());
            if (cluster.transactionVersion() >= 2) {
                out.println(
                        "note: with transaction.version=2 Flink logs \"producer is already fenced ... data loss\" after"
                                + " a restart although nothing is lost; kafka-features --bootstrap-server "
                                + connection.bootstrapServers()
                                + " downgrade --feature transaction.version=1 ends that");
            }
        }

        private static int print(PrintWriter out, List<TopicState> states) {
            TextTable table = new TextTable("TOPIC", "PARTITIONS", "REPLICAS", "CLEANUP", "KEPT", "STATE");
            List<Map.Entry<String, String>> problems = new ArrayList<>();
            for (TopicState state : states) {
                String name = state.plan().name();
                state.problems().forEach(problem -> problems.add(Map.entry(name, problem)));
                if (state.exists()) {
                    table.add(
                            name,
                            Integer.toString(state.partitions()),
                            Integer.toString(state.replicas()),
                            orUnknown(state.cleanup()),
                            state.cleanup().equals("compact") ? "last of each key" : orUnknown(state.retention()),
                            state.problems().isEmpty() ? "ok" : "wrong");
                } else {
                    table.add(name, "-", "-", "-", "-", "missing");
                }
            }
            table.print(out);
            problems.forEach(problem -> out.println(problem.getKey() + ": " + problem.getValue()));
            return problems.isEmpty() ? 0 : 1;
        }

        private static String told(int level) {
            return level < 0 ? "unknown" : Integer.toString(level);
        }

        private static String orUnknown(String text) {
            return text.isEmpty() ? "not told" : text;
        }
    }
}
