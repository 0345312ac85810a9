package perennial.jobs.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import perennial.jobs.cli.Perennial;
import picocli.CommandLine;

/** What containers are told to run, held against the command line. */
final class DeployedCommands {

    private DeployedCommands() {}

    /** Makes sure that a command line can be parsed: each of its words is a command, an option or a value of one. */
    static void check(List<String> words) {
        assertThat(words.get(0)).isEqualTo("perennial");
        CommandLine.ParseResult parsed =
                Perennial.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).as(String.join(" ", words)).isTrue();
        // Every user of a machine can read its command lines.
        assertThat(String.join(" ", words).toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("password", "secret", "jaas");
    }
}
