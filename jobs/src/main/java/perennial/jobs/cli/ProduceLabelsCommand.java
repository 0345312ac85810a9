package perennial.jobs.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import perennial.environment.kafka.LabelStreamProducer;
import perennial.environment.kafka.Outcome;
import perennial.environment.kafka.ProducerSettings;
import perennial.environment.kafka.Progress;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial produce labels}. */
@Command(
        name = "labels",
        mixinStandardHelpOptions = true,
        description = {
            "Publishes labelled images whose task changes again and again: the label stream of the configuration's section labels.",
            "Started again after a kill, it goes on with the next record, without gap or repeat."
        },
        footer = {
            "",
            "Examples:",
            "  perennial produce labels --config label-reset.yaml",
            "  perennial produce labels --config label-reset.yaml --set labels.examplesPerSecond=5000"
        })
public final class ProduceLabelsCommand implements Callable<Integer> {

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

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = configurationOptions.load();
        if (bootstrapServer != null) {
            configuration = configuration.withKafka("bootstrap.servers", bootstrapServer);
        }
        if (!configuration.kafka().containsKey("bootstrap.servers")) {
            throw UserException.usage("a producer needs a Kafka to publish to: set kafka.bootstrap.servers in the"
                    + " configuration, or give --bootstrap-server HOST:PORT");
        }
        LabelStreamSpec stream = configuration.labelStream();
        PrintWriter err = spec.commandLine().getErr();
        LabelStreamProducer producer = new LabelStreamProducer(
                LabelStream.open(stream),
                ProducerSettings.of(configuration.topics().events(), configuration.kafka()),
                progress -> showProgress(progress, err));
        Outcome outcome;
        boolean interrupted;
        try (Interrupts interrupts = new Interrupts(producer::stop)) {
            outcome = producer.run();
            interrupted = interrupts.interrupted();
        }
        spec.commandLine().getOut().println(summary(stream, outcome));
        spec.commandLine().getOut().flush();
        return interrupted ? Perennial.INTERRUPTED : 0;
    }

    private void showProgress(Progress progress, PrintWriter err) {
        if (!quiet) {
            err.printf(
                    Locale.ROOT,
                    progress.total() > 0 ? "%,d of %,d events, %,.0f a second%n" : "%,d events, %3$,.0f a second%n",
                    progress.published(),
                    progress.total(),
                    progress.recordsPerSecond());
            err.flush();
        }
    }

    private static String summary(LabelStreamSpec stream, Outcome outcome) {
        if (outcome.nothingToDo()) {
            return "the stream " + stream.stream() + " is complete on the topic already: nothing was published";
        }
        return String.format(
                Locale.ROOT,
                "%spublished %,d events of the stream %s%s",
                outcome.resumedAt() > 0
                        ? String.format(Locale.ROOT, "went on at sequence %,d; ", outcome.resumedAt())
                        : "",
                outcome.published(),
                stream.stream(),
                outcome.finished() ? "; it is complete" : "; start it again to go on");
    }
}
