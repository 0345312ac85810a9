package perennial.streaming.assign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import perennial.learning.event.Rejection;
import perennial.v1.DeadLetterReason;

/** What the learners of a stream had against one record, in one sentence. */
final class Refusals {

    private final Map<Rejection, List<String>> learners = new LinkedHashMap<>();
    private int count;

    void add(String learner, Rejection rejection) {
        learners.computeIfAbsent(rejection, r -> new ArrayList<>()).add(learner);
        count++;
    }

    /** Number of learners that refused the record. */
    int count() {
        return count;
    }

    /** The reason that the first of them gave. */
    DeadLetterReason reason() {
        return DeadLetters.reason(learners.keySet().iterator().next().reason());
    }

    String sentence() {
        return learners.entrySet().stream()
                .map(entry -> entry.getKey().error() + " learners=" + String.join(",", entry.getValue()))
                .collect(Collectors.joining("; "));
    }
}
