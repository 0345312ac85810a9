package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Reference;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code config}: checks a configuration, shows it with its defaults, and documents its keys. */
@Command(
        name = "config",
        description = "Checks, shows and documents configurations.",
        mixinStandardHelpOptions = true,
        subcommands = {ConfigCommand.Validate.class, ConfigCommand.Show.class, ConfigCommand.Docs.class})
public final class ConfigCommand {

    /** The command {@code config validate}. */
    @Command(
            name = "validate",
            description = "Says that a configuration is valid, or lists everything that is wrong (exit code 2).",
            mixinStandardHelpOptions = true)
    static final class Validate implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private ConfigurationOptions options;

        @Override
        public void run() {
            Configuration configuration = options.load();
            int learners = configuration.learners().size();
            PrintWriter out = command.commandLine().getOut();
            out.println(options.file() + " is valid: "
                    + (learners == 0 ? "no learners" : learners == 1 ? "1 learner" : learners + " learners")
                    + configuration
                            .labels()
                            .map(labels -> ", label stream " + labels.stream())
                            .orElse(", no label stream"));
            out.flush();
        }
    }

    /** The command {@code config show}. */
    @Command(
            name = "show",
            description = "Prints the effective configuration, defaults and all, with secrets masked.",
            mixinStandardHelpOptions = true)
    static final class Show implements Runnable {

        @Spec
        private CommandSpec command;

        @Mixin
        private ConfigurationOptions options;

        @Override
        public void run() {
            PrintWriter out = command.commandLine().getOut();
            out.print(options.load().effectiveYaml(true));
            out.flush();
        }
    }

    /** The command {@code config docs}. */
    @Command(
            name = "docs",
            description =
                    "Prints the page that describes every key, writes it to a file, or checks that a file is that page.",
            mixinStandardHelpOptions = true)
    static final class Docs implements Runnable {

        @Spec
        private CommandSpec command;

        @ArgGroup
        private Target target;

        /** The file, and what to do with it. */
        static final class Target {
            @Option(names = "--check", paramLabel = "FILE", description = "Fails if FILE differs from the page.")
            private Path check;

            @Option(names = "--write", paramLabel = "FILE", description = "Writes the page to FILE.")
            private Path write;
        }

        @Override
        public void run() {
            PrintWriter out = command.commandLine().getOut();
            if (target == null) {
                out.print(Reference.markdown());
            } else if (target.write != null) {
                write(target.write);
                out.println("wrote " + target.write);
            } else {
                check(target.check);
                out.println(target.check + " is up to date");
            }
            out.flush();
        }

        private static void write(Path file) {
            try {
                Files.writeString(file, Reference.markdown());
            } catch (IOException e) {
                throw UserException.failed("the page must be written to a file: file=" + file + " error=" + e, e);
            }
        }

        private static void check(Path file) {
            String repair = "; repair it with: ./perennial config docs --write " + file;
            try {
                if (!Files.readString(file).equals(Reference.markdown())) {
                    throw UserException.failed(
                            "the page must describe the options as they are in the code: file=" + file + repair);
                }
            } catch (IOException e) {
                throw UserException.failed(
                        "the page must be a file that can be read: file=" + file + " error=" + e + repair, e);
            }
        }
    }
}
