package perennial.jobs.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import perennial.environment.StateFolder;
import perennial.jobs.config.Sweep;

/**
 * The output folder of a sweep: what its learners are, what they said, the state that a run which was interrupted goes on from, and in
 * the end the results.
 */
final class SweepFolder {

    private static final String LEARNERS = "learners.yaml";
    private static final String IDENTITY = "learners.sha256";
    private static final String RECORDS = "records.jsonl";
    private static final String DEAD_LETTERS = "dead-letters.jsonl";
    private static final String STATE = "state";

    /** What was done in a folder before. */
    enum Before {
        NOTHING,
        ANOTHER_SWEEP,
        BEGUN,
        LEARNED
    }

    private final Path folder;

    SweepFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /** What the learners say: reports and task summaries, there once all have come to their end. */
    Path records() {
        return folder.resolve(RECORDS);
    }

    /** Records that no learner could use; a sweep makes none. */
    Path deadLetters() {
        return folder.resolve(DEAD_LETTERS);
    }

    /** Checkpoints and savepoints of a run that has not come to its end. */
    Path state() {
        return folder.resolve(STATE);
    }

    /** What was done here before, if {@code sweep} is to be run here. */
    Before before(Sweep sweep) throws IOException {
        Path identity = folder.resolve(IDENTITY);
        if (!Files.exists(identity)) {
            return Before.NOTHING;
        }
        if (!Files.readString(identity).strip().equals(sweep.configuration().learnersHash())) {
            return Before.ANOTHER_SWEEP;
        }
        return Files.exists(records()) ? Before.LEARNED : Before.BEGUN;
    }

    /** Writes down what is run here. */
    void begin(Sweep sweep) throws IOException {
        StateFolder.make(state());
        Files.writeString(folder.resolve(LEARNERS), sweep.configuration().effectiveYaml(true));
        Files.writeString(folder.resolve(IDENTITY), sweep.configuration().learnersHash() + "\n");
    }

    /** Removes what a run needs to go on, which one that has come to its end does not. */
    void removeState() throws IOException {
        remove(state());
        remove(folder.resolve(RECORDS + ".parts"));
    }

    /** Removes everything that an earlier run would be known by; results are written over. */
    void clear() throws IOException {
        removeState();
        for (String file : List.of(IDENTITY, LEARNERS, RECORDS, DEAD_LETTERS)) {
            Files.deleteIfExists(folder.resolve(file));
        }
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
