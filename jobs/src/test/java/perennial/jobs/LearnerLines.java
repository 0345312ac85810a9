package perennial.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reports and summaries as JSON lines, by the learner that they are of. */
public final class LearnerLines {

    private static final Pattern LEARNER = Pattern.compile("\"learner\":\"([^\"]*)\"");

    private LearnerLines() {}

    /** The lines of each learner, in their order. */
    public static Map<String, List<String>> byLearner(List<String> lines) {
        Map<String, List<String>> byLearner = new TreeMap<>();
        for (String line : lines) {
            Matcher learner = LEARNER.matcher(line);
            if (!learner.find()) {
                throw new IllegalArgumentException("each line must name its learner: line=" + line);
            }
            byLearner
                    .computeIfAbsent(learner.group(1), name -> new ArrayList<>())
                    .add(line);
        }
        return byLearner;
    }
}
