package perennial.jobs.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import perennial.environment.kafka.LabelStreamProducer;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.results.LiveTable;
import perennial.jobs.results.ResultFolder;
import perennial.jobs.results.SummaryTable;
import perennial.jobs.results.TaskResults;
import perennial.learning.learner.LearnerSpec;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Learners on a stream of images whose labels change again and again. Not thread-safe. */
final class LabelShow implements Show {

    private final LabelStreamSpec stream;
    private final TaskResults results;
    private final LiveTable table;

    /**
     * @param configuration learners and a label stream with an end
     * @param redraws whether {@code out} is a terminal that understands ANSI control sequences
     */
    LabelShow(Configuration configuration, PrintWriter out, boolean redraws) {
        stream = configuration.labelStream();
        if (stream.resets() == 0) {
            throw UserException.usage("a demo needs a stream with an end: set labels.resets to at least 1");
        }
        List<String> learners =
                configuration.learnerSpecs().stream().map(LearnerSpec::name).toList();
        results = new TaskResults(learners);
        table = new LiveTable(out, redraws, learners, stream.resets());
    }

    @Override
    public List<String> announcement() {
        return List.of("stream:     " + stream.stream() + ", " + stream.resets() + " tasks of "
                + stream.examplesPerTask() + " examples");
    }

    @Override
    public Production start(Configuration withBroker) {
        return new Publishing(withBroker, stream);
    }

    @Override
    public void report(PlasticityReport report) {
        table.report(report);
    }

    @Override
    public void taskSummary(TaskSummary summary) {
        table.taskSummary(summary);
        results.add(summary);
    }

    @Override
    public void draw(String status) {
        table.draw(status);
    }

    @Override
    public void endDrawing() {
        table.end();
    }

    @Override
    public boolean finished() {
        return results.closedByAll() >= stream.resets();
    }

    @Override
    public List<String> summary() {
        return SummaryTable.lines(results);
    }

    @Override
    public List<Path> write(Path folder) {
        return new ResultFolder(folder).write(results);
    }

    /** The producer, in a thread of its own. */
    private static final class Publishing implements Show.Production {

        private final LabelStreamProducer producer;
        private final Thread thread;
        private final long length;
        private final AtomicLong published = new AtomicLong();
        private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

        Publishing(Configuration withBroker, LabelStreamSpec stream) {
            length = stream.length();
            producer = new LabelStreamProducer(
                    LabelStream.open(stream),
                    Show.settings(withBroker),
                    progress -> published.set(progress.published()));
            thread = new Thread(
                    () -> {
                        try {
                            producer.run();
                        } catch (RuntimeException e) {
                            failure.set(e);
                        }
                    },
                    "label-stream-producer");
            thread.start();
        }

        @Override
        public String status() {
            return String.format(Locale.ROOT, "published %,d of %,d events", published.get(), length);
        }

        @Override
        public void throwIfFailed() {
            RuntimeException e = failure.get();
            if (e != null) {
                throw UserException.failed("the producer failed: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            producer.stop();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
