package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import perennial.jobs.UserException;
import perennial.jobs.bench.JobCase;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which learners a job is measured with, and for how long. */
final class BenchCases {

    @Parameters(
            paramLabel = "CASE",
            arity = "0..*",
            description = "The learners (default: nap-mlp and dqn-minatar): nap-mlp, dqn-minatar, dqn-large.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--updates",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Updates of each measurement, after half as many to warm up (default: ${DEFAULT-VALUE});"
                    + " dqn-minatar, which is quick, makes four times as many.")
    private int updates;

    List<JobCase> cases() {
        if (names.isEmpty()) {
            return List.of(JobCase.NAP_MLP, JobCase.DQN_MINATAR);
        }
        return names.stream().map(BenchCases::named).toList();
    }

    static JobCase named(String id) {
        try {
            return JobCase.of(id);
        } catch (IllegalArgumentException e) {
            throw UserException.usage(e.getMessage());
        }
    }

    /** Updates before a measurement begins. */
    long from(JobCase jobCase) {
        return to(jobCase) / 3;
    }

    /** Updates when it ends. */
    long to(JobCase jobCase) {
        int all = BenchRounds.atLeast(2, updates, "--updates") * 3 / 2;
        return jobCase == JobCase.DQN_MINATAR ? 4L * all : all;
    }
}
