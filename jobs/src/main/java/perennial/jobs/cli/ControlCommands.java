package perennial.jobs.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.CommandPublisher;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.schemas.CommandDecoder;
import perennial.schemas.UndecodableRecordException;
import perennial.v1.ControlCommand;
import perennial.v1.Pause;
import perennial.v1.Resume;
import perennial.v1.Retire;
import perennial.v1.RollBack;
import perennial.v1.ScheduleKind;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;
import perennial.v1.TakeSnapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code control}: tells learners what to do while they learn, and what became of it. */
@Command(
        name = "control",
        description = {
            "Tells the learners of a running job what to do, without a restart, and waits for what became of it.",
            "What a learner did stands on the metrics topic: see it again with perennial metrics tail."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            ControlCommands.Rate.class,
            ControlCommands.Schedule.class,
            ControlCommands.Pausing.class,
            ControlCommands.Resuming.class,
            ControlCommands.Snapshot.class,
            ControlCommands.RollingBack.class,
            ControlCommands.Retiring.class
        },
        footer = {
            "",
            "Examples:",
            "  perennial control set-rate --config job.yaml --learner nap --learning-rate 1e-4",
            "  perennial control pause -b localhost:9092 --learner '*'",
            "  perennial control rollback --config job.yaml --learner nap --to-update 50000"
        })
public final class ControlCommands {

    /** What all commands are told: for whom, from when on, and how long to wait; a mixin for picocli. */
    static final class Sending {

        @Mixin
        private KafkaOptions kafka;

        @Option(
                names = {"-l", "--learner"},
                paramLabel = "NAME",
                required = true,
                description = "The learner; * and ? stand for any characters and for one.")
        private String learner;

        @Option(
                names = "--at-update",
                paramLabel = "N",
                description = "Take effect when the learner has made this many updates, which must lie ahead;"
                        + " otherwise as soon as the command comes.")
        private Long atUpdate;

        @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why, for the audit.")
        private String note;

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "Name of the command; a learner carries out each once. Otherwise a new one is made.")
        private String id;

        @Option(names = "--no-wait", description = "Only send the command.")
        private boolean noWait;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "60",
                showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
                description = "How long to wait. With exactly-once delivery the answer comes with a checkpoint.")
        private long timeoutSeconds;

        void send(Object body, CommandSpec spec) {
            if (timeoutSeconds < 1) {
                throw UserException.usage("--timeout must be at least 1: timeout=" + timeoutSeconds);
            }
            if (atUpdate != null && atUpdate < 1) {
                throw UserException.usage("--at-update must be at least 1: atUpdate=" + atUpdate);
            }
            Configuration configuration = kafka.configuration();
            KafkaConnection connection = kafka.connection(configuration);
            ControlCommand sent =
                    new ControlCommand(id == null ? UUID.randomUUID().toString() : id, learner, atUpdate, note, body);
            try {
                CommandDecoder.requireTexts(sent);
            } catch (UndecodableRecordException e) {
                throw UserException.usage(e.getMessage());
            }
            PrintWriter out = spec.commandLine().getOut();
            String topic = configuration.topics().control();
            try (CommandPublisher publisher = new CommandPublisher(connection, topic)) {
                if (noWait) {
                    publisher.send(sent);
                    out.println("sent command " + sent.getId() + " to " + topic);
                    out.flush();
                    return;
                }
                await(sent, publisher, configuration, connection, out);
            }
        }

        private void await(
                ControlCommand sent,
                CommandPublisher publisher,
                Configuration configuration,
                KafkaConnection connection,
                PrintWriter out) {
            try (Interrupts interrupts = Interrupts.watch();
                    TopicReader reader =
                            new TopicReader(connection, configuration.topics().metrics(), true)) {
                ControlAnswers answers = new ControlAnswers(
                        sent,
                        () -> publisher.send(sent),
                        configuration,
                        Duration.ofSeconds(timeoutSeconds),
                        interrupts,
                        out);
                reader.read(false, true, answers);
                answers.conclude();
            }
        }
    }

    /** One of the commands: what is to be said, sent as all are. */
    abstract static class Telling implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private Sending sending;

        /** What the learner is told. */
        abstract Object body();

        @Override
        public void run() {
            sending.send(body(), command);
        }
    }

    /** The command {@code control set-rate}. */
    @Command(
            name = "set-rate",
            description = "Sets the learning rate: constant from the next update on.",
            mixinStandardHelpOptions = true)
    static final class Rate extends Telling {

        @Option(names = "--learning-rate", paramLabel = "RATE", required = true, description = "The rate: 0 or more.")
        private double learningRate;

        @Override
        Object body() {
            return new SetRate(rate("--learning-rate", learningRate));
        }
    }

    /** The command {@code control set-schedule}. */
    @Command(
            name = "set-schedule",
            description = {
                "Lets the learning rate move so from the next update on, whose index is 0.",
                "--type configured goes back to what the configuration says, with its own count of updates."
            },
            mixinStandardHelpOptions = true)
    static final class Schedule extends Telling {

        /** How a rate moves. */
        enum Type {
            configured,
            constant,
            linear,
            cosine
        }

        @Option(names = "--type", paramLabel = "TYPE", required = true, description = "${COMPLETION-CANDIDATES}")
        private Type type;

        @Option(
                names = "--learning-rate",
                paramLabel = "RATE",
                description = "Rate at the start, after a warm-up; otherwise that of the present schedule.")
        private Double learningRate;

        @Option(
                names = "--end-learning-rate",
                paramLabel = "RATE",
                defaultValue = "1e-6",
                description = "Rate at the end, and from then on (default: ${DEFAULT-VALUE}).")
        private double endLearningRate;

        @Option(names = "--updates", paramLabel = "N", description = "Updates from the beginning to the end.")
        private Long updates;

        @Option(
                names = "--initial-learning-rate",
                paramLabel = "RATE",
                defaultValue = "1e-8",
                description = "Rate at the beginning of a warm-up (default: ${DEFAULT-VALUE}).")
        private double initialLearningRate;

        @Option(
                names = "--warm-up-updates",
                paramLabel = "N",
                defaultValue = "0",
                description = "Updates of the warm-up (default: ${DEFAULT-VALUE}).")
        private long warmUpUpdates;

        @Option(names = "--restart-on-reset", description = "A label reset starts the schedule again.")
        private boolean restartOnReset;

        @Override
        Object body() {
            boolean moves = type == Type.linear || type == Type.cosine;
            if (moves && (updates == null || updates <= warmUpUpdates || warmUpUpdates < 0)) {
                throw UserException.usage("a schedule of this type needs --updates, more than --warm-up-updates: type="
                        + type + " updates=" + updates + " warmUpUpdates=" + warmUpUpdates);
            }
            return new SetSchedule(
                    ScheduleKind.valueOf(type.name().toUpperCase(Locale.ROOT)),
                    learningRate == null ? null : rate("--learning-rate", learningRate),
                    rate("--end-learning-rate", endLearningRate),
                    moves ? updates : 0,
                    rate("--initial-learning-rate", initialLearningRate),
                    warmUpUpdates,
                    restartOnReset);
        }
    }

    /** The command {@code control pause}. */
    @Command(
            name = "pause",
            description = "Makes no updates until resumed: records are taken in, and examples predicted and scored.",
            mixinStandardHelpOptions = true)
    static final class Pausing extends Telling {

        @Override
        Object body() {
            return new Pause();
        }
    }

    /** The command {@code control resume}. */
    @Command(
            name = "resume",
            description = "Learns again, after a pause or after too many divergences.",
            mixinStandardHelpOptions = true)
    static final class Resuming extends Telling {

        @Override
        Object body() {
            return new Resume();
        }
    }

    /** The command {@code control snapshot}. */
    @Command(
            name = "snapshot",
            description = "Publishes the weights on the policies topic, and keeps a copy to roll back to.",
            mixinStandardHelpOptions = true)
    static final class Snapshot extends Telling {

        @Override
        Object body() {
            return new TakeSnapshot();
        }
    }

    /** The command {@code control rollback}. */
    @Command(
            name = "rollback",
            description = "Goes back to a kept copy of all that training changes; counters and replay memory go on.",
            mixinStandardHelpOptions = true)
    static final class RollingBack extends Telling {

        @Option(
                names = "--to-update",
                paramLabel = "N",
                description = "The copy of this update, or the last one before it; otherwise the newest.")
        private Long toUpdate;

        @Override
        Object body() {
            return new RollBack(toUpdate);
        }
    }

    /** The command {@code control retire}. */
    @Command(
            name = "retire",
            description = {
                "Closes the learner's task and frees it for good; later records for it are passed over.",
                "Its weights are lost: take a snapshot before."
            },
            mixinStandardHelpOptions = true)
    static final class Retiring extends Telling {

        @Override
        Object body() {
            return new Retire();
        }
    }

    private static double rate(String option, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw UserException.usage(option + " must be 0 or more and finite: value=" + value);
        }
        return value;
    }
}
