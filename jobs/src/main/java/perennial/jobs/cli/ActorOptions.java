package perennial.jobs.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.Outcome;
import perennial.environment.kafka.ProducerSettings;
import perennial.jobs.ActorThreads;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands have in common that produce transitions. */
final class ActorOptions {

    private static final long PROGRESS_MILLIS = 1000;

    @Mixin
    private ProducerOptions producerOptions;

    /**
     * Runs the actors of a configuration.
     *
     * @param names what the name of the environment must begin with
     * @param more assignments over those that the command line gives
     * @return the exit code
     */
    int produce(String names, List<String> more, CommandSpec spec) {
        Configuration configuration = producerOptions.configuration(more);
        List<ActorStreamSpec> streams = configuration.actorStreams();
        String name = configuration.environment().orElseThrow().acting().name();
        if (!name.startsWith(names)) {
            throw UserException.usage(
                    "this command plays environments named " + names + "...: environment.name=" + name);
        }
        ProducerOptions.requireRights(configuration, true);
        List<Outcome> outcomes;
        boolean interrupted;
        try (ActorThreads actors = new ActorThreads(
                        streams, ProducerSettings.of(configuration.topics().events(), configuration.kafka()));
                Interrupts interrupts = new Interrupts(actors::stop)) {
            while (!actors.awaitFor(PROGRESS_MILLIS)) {
                showProgress(actors.published(), spec.commandLine().getErr());
            }
            outcomes = actors.await();
            interrupted = interrupts.interrupted();
        }
        PrintWriter out = spec.commandLine().getOut();
        summary(streams, outcomes).forEach(out::println);
        out.flush();
        return interrupted ? Perennial.INTERRUPTED : 0;
    }

    private void showProgress(long published, PrintWriter err) {
        if (!producerOptions.quiet()) {
            err.printf(Locale.ROOT, "%,d events%n", published);
            err.flush();
        }
    }

    private static List<String> summary(List<ActorStreamSpec> streams, List<Outcome> outcomes) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            lines.add(ProducerOptions.summary(streams.get(i).stream(), outcomes.get(i), "record"));
        }
        return lines;
    }
}
