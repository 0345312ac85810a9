package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import perennial.environment.Environment;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.Environments;
import perennial.environment.ObservationSpec;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.Step;
import perennial.environment.minatar.MinAtarDigest;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code env}: lists environments and their tasks, takes the digest of a run through one, and measures how fast they are. */
@Command(
        name = "env",
        description = "Lists environments and their tasks, fingerprints runs through them, and measures their speed.",
        mixinStandardHelpOptions = true,
        subcommands = {EnvCommand.Names.class, EnvCommand.Tasks.class, EnvCommand.Digest.class, EnvCommand.Bench.class})
public final class EnvCommand {

    /** The command {@code env list}. */
    @Command(name = "list", description = "Prints the names of the environments.", mixinStandardHelpOptions = true)
    static final class Names implements Runnable {

        @Spec
        private CommandSpec command;

        @Override
        public void run() {
            PrintWriter out = command.commandLine().getOut();
            Environments.known().keySet().forEach(out::println);
            out.flush();
        }
    }

    /** The command {@code env tasks}. */
    @Command(
            name = "tasks",
            description =
                    "Prints the first tasks of the environment that a configuration describes: the steps after which it"
                            + " changes, and how, for the first actor.",
            mixinStandardHelpOptions = true)
    static final class Tasks implements Runnable {

        @Mixin
        private ConfigurationOptions configurationOptions;

        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "20",
                description = "Tasks to print (default: ${DEFAULT-VALUE}).")
        private int count;

        @Spec
        private CommandSpec command;

        @Override
        public void run() {
            if (count < 1) {
                throw UserException.usage("there must be a task to print: --count=" + count);
            }
            Configuration configuration = configurationOptions.load();
            PrintWriter out = command.commandLine().getOut();
            try (Environment environment =
                    configuration.actorStreams().get(0).environments().apply(0)) {
                out.println("task=0 step=0 environment="
                        + configuration.environment().orElseThrow().acting().name() + " observation="
                        + environment.observationSpec().shape() + " actions="
                        + environment.actionSpec().count());
                if (environment instanceof ScheduledEnvironment scheduled) {
                    scheduled
                            .outlook(count - 1)
                            .forEach(change -> out.println(
                                    "task=" + change.number() + " step=" + change.step() + " " + change.note()));
                }
            }
            out.flush();
        }
    }

    /** The command {@code env digest}. */
    @Command(
            name = "digest",
            description =
                    "Steps through an environment and prints a digest of every frame, reward and end, by which two"
                            + " implementations are compared.",
            mixinStandardHelpOptions = true)
    static final class Digest implements Runnable {

        private static final int SHORT_DIGEST = 12;

        @Spec
        private CommandSpec command;

        @Option(names = "--env", paramLabel = "NAME", required = true, description = "The environment.")
        private String name;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "0",
                description = "Seed of the environment and of the actions (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Option(
                names = "--steps",
                paramLabel = "N",
                description = "Steps to make (default: 100000, or as many as --actions has).")
        private Long steps;

        @Option(
                names = "--hold",
                paramLabel = "N",
                defaultValue = "1",
                description = "Steps for which each random action is held (default: ${DEFAULT-VALUE}).")
        private int hold;

        @Option(
                names = "--sticky",
                paramLabel = "P",
                description = "Probability that the last action is repeated (default: the environment's).")
        private String sticky;

        @Option(
                names = "--option",
                paramLabel = "NAME=VALUE",
                description = "Another option of the environment; may be given several times.")
        private Map<String, String> options = new TreeMap<>();

        @Option(
                names = "--change",
                paramLabel = "LINE",
                description = "A change of the environment, as in \"5000 set sticky=0.3\"; may be given several times.")
        private List<String> changes = new ArrayList<>();

        @Option(
                names = "--repeat-changes-every",
                paramLabel = "N",
                defaultValue = "0",
                description = "Steps after which all changes come again; 0 for never (default: ${DEFAULT-VALUE}).")
        private long repeatChangesEvery;

        @Option(
                names = "--actions",
                paramLabel = "FILE",
                description = "Takes the actions from a file, one digit each, instead of random ones.")
        private Path actions;

        @Option(
                names = "--every",
                paramLabel = "N",
                description = "Prints the digest so far at every N-th step (default: 250 with --actions, else never).")
        private Long every;

        @Override
        public void run() {
            if (steps != null && steps < 1) {
                throw UserException.usage("there must be a step to make: --steps=" + steps);
            }
            if (every != null && every < 1) {
                throw UserException.usage("the digest must be printed after a step at least: --every=" + every);
            }
            Map<String, String> all = new TreeMap<>(options);
            if (sticky != null) {
                all.put("sticky", sticky);
            }
            try (Environment environment = create(all)) {
                if (actions == null) {
                    IntSupplier random = MinAtarDigest.actions(seed, hold)::next;
                    take(new MinAtarDigest(environment), random, steps == null ? 100_000 : steps, Long.MAX_VALUE);
                } else {
                    String digits = digits();
                    int[] next = {0};
                    long most = steps == null ? digits.length() : Math.min(steps, digits.length());
                    take(new MinAtarDigest(environment), () -> digits.charAt(next[0]++) - '0', most, 250);
                }
            } catch (IllegalArgumentException e) {
                throw UserException.usage(e.getMessage());
            }
        }

        private Environment create(Map<String, String> all) {
            return changes.isEmpty()
                    ? Environments.create(name, seed, all)
                    : new ScheduledEnvironment(name, seed, all, EnvironmentSchedule.parse(changes, repeatChangesEvery));
        }

        private void take(MinAtarDigest digest, IntSupplier next, long count, long everyByDefault) {
            PrintWriter out = command.commandLine().getOut();
            long interval = every == null ? everyByDefault : every;
            while (digest.steps() < count) {
                digest.step(next.getAsInt());
                if (digest.steps() % interval == 0) {
                    out.println(digest.steps() + " " + digest.hex().substring(0, SHORT_DIGEST));
                }
            }
            out.println("steps=" + digest.steps() + " return=" + digest.totalReward() + " terminals="
                    + digest.terminals() + " sha256=" + digest.hex());
            out.flush();
        }

        private String digits() {
            String digits;
            try {
                digits = Files.readString(actions, StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
            } catch (IOException e) {
                throw UserException.failed(
                        "the actions must be a file that can be read: file=" + actions + " error=" + e, e);
            }
            for (int i = 0; i < digits.length(); i++) {
                if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                    throw UserException.usage("a file of actions must hold digits only: file=" + actions + " place=" + i
                            + " found=" + digits.charAt(i));
                }
            }
            return digits;
        }
    }

    /** The command {@code env bench}. */
    @Command(
            name = "bench",
            description = "Measures how many steps a second environments make on one thread, with random actions.",
            mixinStandardHelpOptions = true)
    static final class Bench implements Runnable {

        private static final int WARM_UPS = 2;
        private static final int ACTIONS = 1 << 14;

        @Spec
        private CommandSpec command;

        @Option(
                names = "--env",
                paramLabel = "NAME",
                description = "The environment; may be given several times (default: all).")
        private List<String> names = new ArrayList<>();

        @Option(
                names = "--steps",
                paramLabel = "N",
                defaultValue = "5000000",
                description = "Steps of each measurement (default: ${DEFAULT-VALUE}).")
        private long steps;

        @Override
        public void run() {
            if (steps < 1) {
                throw UserException.usage("there must be a step to make: --steps=" + steps);
            }
            PrintWriter out = command.commandLine().getOut();
            for (String name : names.isEmpty() ? Environments.known().keySet() : names) {
                try (Environment environment = Environments.create(name, 0, Map.of())) {
                    for (int i = 0; i < WARM_UPS; i++) {
                        stepsPerSecond(environment, false);
                        stepsPerSecond(environment, true);
                    }
                    out.printf(
                            Locale.ROOT,
                            "%s steps/s=%.0f steps/s with observations=%.0f%n",
                            name,
                            stepsPerSecond(environment, false),
                            stepsPerSecond(environment, true));
                    out.flush();
                } catch (IllegalArgumentException e) {
                    throw UserException.usage(e.getMessage());
                }
            }
        }

        private double stepsPerSecond(Environment environment, boolean observe) {
            ObservationSpec specification = environment.observationSpec();
            boolean holdsBytes = specification.values() == ObservationSpec.Values.BYTES;
            byte[] bytes = new byte[holdsBytes ? specification.size() : 0];
            float[] floats = new float[holdsBytes ? 0 : specification.size()];
            int[] actions = new Random(0)
                    .ints(ACTIONS, 0, environment.actionSpec().count())
                    .toArray();
            Step step = new Step();
            environment.reset();
            long start = System.nanoTime();
            for (long i = 0; i < steps; i++) {
                environment.step(actions[(int) i & ACTIONS - 1], step);
                if (step.ended()) {
                    environment.reset();
                }
                if (observe && holdsBytes) {
                    environment.observe(bytes, 0);
                } else if (observe) {
                    environment.observe(floats, 0);
                }
            }
            return steps / ((System.nanoTime() - start) * 1.0e-9);
        }
    }
}
