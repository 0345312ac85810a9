package perennial.jobs.graph;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perennial.jobs.UserException;
import perennial.learning.learner.LearnerSpec;

/**
 * Weights that learners start from, as safetensors bytes by learner, checked when the learner is made. Travels with the job to
 * wherever the learners run.
 *
 * @param byLearner the bytes of a safetensors file for each learner that does not start at random
 */
public record InitialWeights(Map<String, byte[]> byLearner) implements Serializable {

    /** No weights: every learner starts at random. */
    public static InitialWeights none() {
        return new InitialWeights(Map.of());
    }

    /**
     * Reads what {@code --init} names.
     *
     * @param options each {@code FILE}, for all learners, or {@code LEARNER=FILE}
     */
    public static InitialWeights read(List<String> options, List<LearnerSpec> learners) {
        Map<String, byte[]> byLearner = new HashMap<>();
        for (String option : options) {
            int separator = option.indexOf('=');
            String name = separator < 0 ? null : option.substring(0, separator);
            if (name != null
                    && learners.stream().noneMatch(learner -> learner.name().equals(name))) {
                throw UserException.usage("--init " + option + " names no learner of the configuration: learners="
                        + learners.stream().map(LearnerSpec::name).toList());
            }
            byte[] bytes = readFile(Path.of(option.substring(separator + 1)));
            for (LearnerSpec learner : learners) {
                if (name == null || learner.name().equals(name)) {
                    byLearner.put(learner.name(), bytes);
                }
            }
        }
        return new InitialWeights(byLearner);
    }

    private static byte[] readFile(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw UserException.usage("the initial weights cannot be read: " + file);
        }
    }
}
