package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import perennial.environment.Environment;
import perennial.environment.Environments;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.LearnerSection;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.demo.Demo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a Kafka broker and Flink inside this process, publishes images whose labels are redrawn again and again,",
            "and trains three learners on them: without normalisation, with LayerNorm, and with Normalize-and-Project.",
            "With --env, learners play a game instead, each in an environment of its own and by its own policy.",
            "A web page shows them while they learn; its address is printed. Ends with a summary, plots and a CSV.",
            "Ctrl-C ends it early."
        },
        footer = {
            "",
            "Examples:",
            "  perennial demo",
            "  perennial demo --images /data/mnist --seed 3 --output results",
            "  perennial demo --env minatar/breakout --learners dqn,dqn-sn,c51",
            "  perennial demo --set flink.parallelism.default=2 --set labels.resets=10"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final String CONFIGURATION = "/perennial/demo.yaml";
    private static final String PLAYERS = "/perennial/demo-play.yaml";

    /** Small binary pictures, which the players' networks and memories suit. */
    private static final String GAMES = "minatar/";

    private static final List<String> DEFAULT_PLAYERS = List.of("dqn", "dqn-sn");

    @Option(
            names = "--env",
            paramLabel = "NAME",
            description =
                    "Lets learners play this MinAtar game instead, such as minatar/breakout, each by its own policy.")
    private String environment;

    @Option(
            names = "--learners",
            paramLabel = "NAMES",
            split = ",",
            description = "With --env: the learners that play, of dqn, dqn-sn, c51 and dqn-nap (default: dqn,dqn-sn).")
    private List<String> learners = List.of();

    @Option(names = "--steps", paramLabel = "N", description = "With --env: steps of the environment for each learner.")
    private Long steps;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description =
                    "Folder with IDX files (MNIST and its kin, gzipped or not) to use instead of synthetic images.")
    private Path images;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the stream and of all learners.")
    private Long seed;

    @Option(names = "--resets", paramLabel = "N", description = "Number of label resets.")
    private Long resets;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "perennial-demo",
            description = "Folder for the CSV and the plots (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(
            names = "--plain",
            description = "Plain lines instead of a table that is redrawn, as where the output is no terminal.")
    private boolean plain;

    @Mixin
    private DashboardOptions dashboard;

    @Mixin
    private PrometheusOption prometheus;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Overrides one value of the demo's configuration, as in labels.resets=10.")
    private List<String> overrides = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        dashboard.address().ifPresent(Dashboard::requirePort);
        Configuration configuration =
                environment == null ? Configuration.loadResource(CONFIGURATION, allOverrides()) : players();
        if (System.getProperty("perennial.log.level") == null) {
            // What the table shows need not be logged between its lines.
            Configurator.setLevel("perennial", Level.WARN);
        }
        boolean terminal = !plain && System.console() != null && !"dumb".equals(System.getenv("TERM"));
        PrintWriter err = spec.commandLine().getErr();
        boolean finished = new Demo(
                        prometheus.in(configuration), spec.commandLine().getOut(), terminal)
                .run(output, source -> dashboard.start(source, err));
        return finished ? 0 : Perennial.INTERRUPTED;
    }

    private Configuration players() {
        if (images != null || resets != null) {
            throw UserException.usage("--images and --resets belong to the demo without --env");
        }
        if (!environment.startsWith(GAMES)) {
            throw UserException.usage("--env must name one of the games that the demo's learners are made for, "
                    + GAMES + "...: found=" + environment
                    + "; others are played by perennial run and perennial produce, with a configuration of their own");
        }
        List<Integer> shape;
        int actions;
        try (Environment one = Environments.create(environment, 0, Map.of())) {
            shape = one.observationSpec().shape();
            actions = one.actionSpec().count();
        } catch (IllegalArgumentException e) {
            throw UserException.usage("--env: " + e.getMessage());
        }
        List<String> known = Configuration.loadResource(PLAYERS, List.of()).learners().stream()
                .map(LearnerSection::name)
                .toList();
        List<String> chosen = learners.isEmpty() ? DEFAULT_PLAYERS : learners;
        if (!known.containsAll(chosen)) {
            throw UserException.usage(
                    "--learners must be of " + String.join(", ", known) + ": found=" + String.join(",", chosen));
        }
        List<String> all = new ArrayList<>();
        all.add("environment.name=" + environment);
        if (steps != null) {
            all.add("environment.steps=" + steps);
        }
        if (seed != null) {
            all.add("environment.seed=" + seed);
        }
        for (int i = 0; i < known.size(); i++) {
            all.add("learners[" + i + "].task.input=" + shape);
            all.add("learners[" + i + "].task.actions=" + actions);
            if (seed != null) {
                all.add("learners[" + i + "].seed=" + seed);
            }
        }
        all.addAll(overrides);
        return Configuration.loadResource(PLAYERS, all).withLearners(chosen);
    }

    private List<String> allOverrides() {
        if (!learners.isEmpty() || steps != null) {
            throw UserException.usage("--learners and --steps belong to the demo with --env");
        }
        List<String> all = new ArrayList<>();
        if (images != null) {
            if (!Files.isDirectory(images)) {
                throw UserException.usage("--images must name a folder with IDX files: " + images + " is none");
            }
            all.add("labels.images={type: idx, directory: '" + images.toAbsolutePath() + "', count: 1280}");
        }
        if (seed != null) {
            all.add("labels.seed=" + seed);
            int learners = Configuration.loadResource(CONFIGURATION, List.of())
                    .learners()
                    .size();
            for (int i = 0; i < learners; i++) {
                all.add("learners[" + i + "].seed=" + seed);
            }
        }
        if (resets != null) {
            all.add("labels.resets=" + resets);
        }
        all.addAll(overrides);
        return all;
    }
}
