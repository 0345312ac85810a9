package perennial.jobs.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import perennial.jobs.UserException;

/** Short ways to read configurations in tests. */
final class Texts {

    /** The environment that references in tests see. */
    static final Map<String, String> ENVIRONMENT = Map.of("SEED", "11", "PASSWORD", "correct horse", "EMPTY", "");

    /** The least that a learner needs. */
    static final String LEARNER = """
            learners:
              - name: a
                streams: [s]
                task: {input: [4], classes: 3}
                network: {hidden: [8]}
            """;

    /** The least that a label stream needs. */
    static final String LABELS = """
            labels:
              stream: s
              examplesPerTask: 100
            """;

    /** The least that a learner needs to play Breakout, and the environment to. */
    static final String PLAYER = """
            learners:
              - name: a
                streams: [s]
                task: {type: reinforcement, input: [4, 10, 10], actions: 6}
                network: {hidden: [8]}
            environment:
              name: minatar/breakout
            """;

    /** The least that a learner needs to play by itself. */
    static final String OWN_PLAYER = """
            learners:
              - name: a
                environment: {name: minatar/breakout, steps: 100}
                task: {type: reinforcement, input: [4, 10, 10], actions: 6}
                network: {hidden: [8]}
            """;

    /** The least that a learner needs to learn from labels of its own. */
    static final String OWN_LABELS = """
            learners:
              - name: a
                labels: {stream: t, resets: 2, examplesPerTask: 100}
                task: {input: [784], classes: 10}
                network: {hidden: [8]}
            """;

    private Texts() {}

    static Configuration parse(String yaml, String... overrides) {
        return Configuration.parse(yaml, "F", List.of(overrides), ENVIRONMENT::get);
    }

    /** The message that refuses {@code yaml}. */
    static String refusal(String yaml, String... overrides) {
        UserException exception = catchThrowableOfType(UserException.class, () -> parse(yaml, overrides));
        if (exception == null) {
            throw new AssertionError("expected a refusal of:\n" + yaml);
        }
        if (exception.exitCode() != 2) {
            throw new AssertionError("expected exit code 2 for: " + exception.getMessage());
        }
        return exception.getMessage();
    }

    /** One learner whose section below its name and streams is {@code rest}, indented by nothing. */
    static String learner(String rest) {
        return "learners:\n  - name: a\n    streams: [s]\n" + rest.indent(4);
    }
}
