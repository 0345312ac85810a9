package perennial.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.demo.Demo;
import picocli.CommandLine.Command;
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
            "Ends with a summary, plots and a CSV. Ctrl-C ends it early."
        },
        footer = {
            "",
            "Examples:",
            "  perennial demo",
            "  perennial demo --images /data/mnist --seed 3 --output results",
            "  perennial demo --set flink.parallelism.default=2 --set labels.resets=10"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final String CONFIGURATION = "/perennial/demo.yaml";

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

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Overrides one value of the demo's configuration, as in labels.resets=10.")
    private List<String> overrides = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = Configuration.loadResource(CONFIGURATION, allOverrides());
        boolean terminal = !plain && System.console() != null && !"dumb".equals(System.getenv("TERM"));
        boolean finished = new Demo(configuration, spec.commandLine().getOut(), terminal).run(output);
        return finished ? 0 : Perennial.INTERRUPTED;
    }

    private List<String> allOverrides() {
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
