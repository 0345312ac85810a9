package perennial.jobs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import picocli.CommandLine.Option;

/** The options {@code --config} and {@code --set} of every command that reads a configuration: a mixin for picocli. */
public final class ConfigurationOptions {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration in YAML; docs/configuration.md describes every key.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Overrides one value of the configuration, as in learners[0].seed=3 or"
                    + " flink.parallelism.default=1; may be given again and again. Not for secrets.")
    private List<String> overrides = new ArrayList<>();

    /** The file given, or null. */
    public Path file() {
        return file;
    }

    /** The assignments given. */
    List<String> overrides() {
        return List.copyOf(overrides);
    }

    /**
     * The configuration that was asked for.
     *
     * @throws UserException if no file was given, or it is not valid
     */
    public Configuration load() {
        return load(List.of());
    }

    /**
     * The configuration that was asked for, with more assignments over those of the command line.
     *
     * @throws UserException if no file was given, or it is not valid
     */
    Configuration load(List<String> more) {
        if (file == null) {
            throw UserException.usage("a configuration is needed: give it with --config FILE");
        }
        List<String> all = new ArrayList<>(overrides);
        all.addAll(more);
        return Configuration.load(file, all);
    }

    /**
     * The configuration that was asked for, or the one in {@code resource} where no file was given, with the overrides in both cases.
     *
     * @throws UserException if it is not valid
     */
    public Configuration loadOrElse(String resource) {
        return file == null ? Configuration.loadResource(resource, overrides) : Configuration.load(file, overrides);
    }
}
