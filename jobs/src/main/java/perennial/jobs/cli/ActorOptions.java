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
import picocli.CommandLine.Option;

/** What the commands have in common that produce transitions. */
final class ActorOptions {

    private static final long PROGRESS_MILLIS = 1000;

    @Mixin
    private ConfigurationOptions configurationOptions;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Kafka to publish to, instead of the one that the configuration names.")
    private String bootstrapServer;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    /**
     * Runs the actors of a configuration.
     *
     * @param names what the name of the environment must begin with
     * @param more assignments over those that the command line gives
     * @return the exit code
     */
    int produce(String names, List<String> more, CommandSpec spec) {
        Configuration configuration = configurationOptions.load(more);
        if (bootstrapServer != null) {
            configuration = configuration.withKafka("bootstrap.servers", bootstrapServer);
        }
        if (!configuration.kafka().containsKey("bootstrap.servers")) {
            throw UserException.usage("a producer needs a Kafka to publish to: set kafka.bootstrap.servers in the"
                    + " configuration, or give --bootstrap-server HOST:PORT");
        }
        List<ActorStreamSpec> streams = configuration.actorStreams();
        String name = configuration.environment().orElseThrow().name();
        if (!name.startsWith(names)) {
            throw UserException.usage(
                    "this command plays environments named " + names + "...: environment.name=" + name);
        }
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
        if (!quiet) {
            err.printf(Locale.ROOT, "%,d events%n", published);
            err.flush();
        }
    }

    private static List<String> summary(List<ActorStreamSpec> streams, List<Outcome> outcomes) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            String stream = streams.get(i).stream();
            Outcome outcome = outcomes.get(i);
            lines.add(
                    outcome.nothingToDo()
                            ? "the stream " + stream + " is complete on the topic already: nothing was published"
                            : String.format(
                                    Locale.ROOT,
                                    "%spublished %,d events of the stream %s%s",
                                    outcome.resumedAt() > 0
                                            ? String.format(Locale.ROOT, "went on at record %,d; ", outcome.resumedAt())
                                            : "",
                                    outcome.published(),
                                    stream,
                                    outcome.finished() ? "; it is complete" : "; start it again to go on"));
        }
        return lines;
    }
}
