package perennial.jobs.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.jobs.ActorThreads;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.results.PlayResults;
import perennial.jobs.results.RedrawnLines;
import perennial.jobs.results.ResultFolder;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Learners that act in an environment, each in one of its own and by its own policy. Not thread-safe. */
final class PlayShow implements Show {

    private final String environment;
    private final long steps;
    private final long learnedSteps;
    private final PlayResults results;
    private final PrintWriter out;
    private final boolean redraws;
    private final RedrawnLines terminal;
    private ActorThreads actors;

    /**
     * @param configuration learners and an environment with an end
     * @param redraws whether {@code out} is a terminal that understands ANSI control sequences
     */
    PlayShow(Configuration configuration, PrintWriter out, boolean redraws) {
        this.out = out;
        this.redraws = redraws;
        this.terminal = new RedrawnLines(out);
        List<ActorStreamSpec> streams = configuration.actorStreams();
        environment = configuration.environment().orElseThrow().acting().name();
        if (streams.get(0).stepsPerActor() == 0) {
            throw UserException.usage("a demo needs an end: set environment.steps to at least 1");
        }
        steps = streams.get(0).stepsPerActor() * streams.get(0).actors();
        results = new PlayResults(
                streams.stream().map(stream -> stream.agent().learner()).toList());
        long stepsPerReport = 0;
        long stepsToFirstReport = 0;
        for (LearnerSpec learner : configuration.learnerSpecs()) {
            if (learner.task() instanceof TaskSpec.Reinforcement task) {
                // From one report to the next, and those that no update comes of.
                long between = (long) task.updateEvery() * (learner.metrics().every() + 1)
                        + task.replay().steps()
                        + 1;
                stepsPerReport = Math.max(stepsPerReport, between);
                stepsToFirstReport = Math.max(stepsToFirstReport, task.warmUp() + between);
            } else if (learner.task() instanceof TaskSpec.StreamQ) {
                // An update for each step, one step later.
                stepsPerReport = Math.max(stepsPerReport, learner.metrics().every() + 1L);
                stepsToFirstReport =
                        Math.max(stepsToFirstReport, learner.metrics().every() + 1L);
            }
        }
        if (steps <= stepsToFirstReport) {
            throw UserException.usage("a demo needs steps for a report at least: environment.steps=" + steps
                    + " needed=" + (stepsToFirstReport + 1));
        }
        // The last report comes up to its interval, and an update, before the last step.
        learnedSteps = steps - stepsPerReport;
    }

    @Override
    public List<String> announcement() {
        return List.of(String.format(Locale.ROOT, "playing:    %s, %,d steps for each learner", environment, steps));
    }

    @Override
    public Production start(Configuration withBroker) {
        actors = new ActorThreads(withBroker.actorStreams(), Show.settings(withBroker));
        return new Production() {
            @Override
            public String status() {
                return String.format(Locale.ROOT, "published %,d events", actors.published());
            }

            @Override
            public void throwIfFailed() {
                actors.throwIfFailed();
            }

            @Override
            public void close() {
                actors.close();
            }
        };
    }

    @Override
    public void report(PlasticityReport report) {
        results.add(report);
        if (!redraws) {
            out.println(results.line(report.getLearner()));
            out.flush();
        }
    }

    @Override
    public void taskSummary(TaskSummary summary) {
        // A change of the environment is no end of anything here.
    }

    @Override
    public void draw(String status) {
        if (!redraws) {
            return;
        }
        List<String> lines = new ArrayList<>(results.table());
        lines.add(status);
        terminal.draw(lines);
    }

    @Override
    public void endDrawing() {
        terminal.end();
    }

    @Override
    public boolean finished() {
        return results.haveAllStopped() || !actors.running() && results.haveAllLearned(learnedSteps);
    }

    @Override
    public List<String> summary() {
        return results.summary();
    }

    @Override
    public List<Path> write(Path folder) {
        return new ResultFolder(folder).write(results);
    }
}
