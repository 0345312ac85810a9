package perennial.streaming.watch;

import java.io.Serializable;
import java.util.List;
import perennial.streaming.assign.Glob;

/**
 * A rule with its name, for some learners.
 *
 * @param name name of the rule, in its alerts; no other rule has it
 * @param learners names of learners, in which {@code *} and {@code ?} stand for any characters and for one
 * @param rule what is to be noticed
 */
public record WatchRule(String name, List<String> learners, AlertRule rule) implements Serializable {

    public WatchRule {
        if (name.isBlank() || learners.isEmpty()) {
            throw new IllegalArgumentException(
                    "a rule needs a name and learners: name=" + name + " learners=" + learners);
        }
        learners = List.copyOf(learners);
    }

    boolean isFor(String learner) {
        for (String pattern : learners) {
            if (Glob.matches(pattern, learner)) {
                return true;
            }
        }
        return false;
    }
}
