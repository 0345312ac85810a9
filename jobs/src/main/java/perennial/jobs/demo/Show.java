package perennial.jobs.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import perennial.environment.kafka.ProducerSettings;
import perennial.jobs.config.Configuration;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** What a {@link Demo} shows: what is produced, how it stands while learners learn from it, and what it came to. */
interface Show {

    /** Where producers publish: the demo's broker has only just begun, so that nobody's requests can be under way to it. */
    static ProducerSettings settings(Configuration withBroker) {
        return ProducerSettings.of(withBroker.topics().events(), withBroker.kafka())
                .withQuietTime(Duration.ofMillis(1));
    }

    /** What is shown before it starts, a line each. */
    List<String> announcement();

    /** Starts what produces the learners' streams on the broker of {@code withBroker}. */
    Production start(Configuration withBroker);

    /** Takes in a learner's report. */
    void report(PlasticityReport report);

    /** Takes in what a learner says of a task that it has closed. */
    void taskSummary(TaskSummary summary);

    /** Draws how the learners stand, with {@code status} under it. */
    void draw(String status);

    /** Ends the drawing: what is printed from now on comes below what was drawn last. */
    void endDrawing();

    /** Whether the learners have come to the end of what is produced. */
    boolean finished();

    /** The summary, a line each. */
    List<String> summary();

    /** Writes CSV and plots into {@code folder} and returns the files. */
    List<Path> write(Path folder);

    /** Producers at work; closing stops them and waits for them. */
    interface Production extends AutoCloseable {

        /** How far they are, in one line. */
        String status();

        /** Throws what a producer failed of, if one has. */
        void throwIfFailed();

        @Override
        void close();
    }
}
