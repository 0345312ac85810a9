package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import perennial.environment.kafka.LabelFile;
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
            "Started again after a kill, it goes on with the next record, without gap or repeat. docs/streams.md lists the streams."
        },
        footer = {
            "",
            "Examples:",
            "  perennial produce labels --config label-reset.yaml",
            "  perennial produce labels --config label-reset.yaml --set labels.examplesPerSecond=5000",
            "  perennial produce labels --config label-reset.yaml --to events.avro"
        })
public final class ProduceLabelsCommand implements Callable<Integer> {

    @Mixin
    private ProducerOptions producerOptions;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description =
                    "Writes the whole stream to a file instead, as train reads them: Avro where its name ends in .avro, else"
                            + " lines of JSON. Needs no Kafka.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (file != null) {
            return write(LabelStream.open(producerOptions.configurationOfAFile().labelStream()));
        }
        Configuration configuration = producerOptions.configuration(List.of());
        LabelStreamSpec stream = configuration.labelStream();
        ProducerOptions.requireRights(configuration, false);
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
        spec.commandLine().getOut().println(ProducerOptions.summary(stream.stream(), outcome, "sequence"));
        spec.commandLine().getOut().flush();
        return interrupted ? Perennial.INTERRUPTED : 0;
    }

    private int write(LabelStream stream) {
        long written;
        try {
            written = LabelFile.write(stream, file);
        } catch (IllegalArgumentException e) {
            throw UserException.usage(e.getMessage());
        } catch (IOException e) {
            throw UserException.failed("the events cannot be written: file=" + file + " error=" + e, e);
        }
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "wrote %,d events of the stream %s to %s%n",
                        written,
                        stream.spec().stream(),
                        file);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private void showProgress(Progress progress, PrintWriter err) {
        if (!producerOptions.quiet()) {
            err.printf(
                    Locale.ROOT,
                    progress.total() > 0 ? "%,d of %,d events, %,.0f a second%n" : "%,d events, %3$,.0f a second%n",
                    progress.published(),
                    progress.total(),
                    progress.recordsPerSecond());
            err.flush();
        }
    }
}
