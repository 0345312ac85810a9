package perennial.jobs.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import perennial.jobs.Secrets;
import perennial.jobs.UserException;

/** Everything that is wrong with one configuration, gathered so that it can be said all at once. Not thread-safe. */
final class Problems {

    private record Problem(Place place, String sentence) {}

    private final String source;
    private final UnaryOperator<String> naming;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String source) {
        this(source, UnaryOperator.identity());
    }

    /** @param naming says the paths in a sentence as the text was written, where it was changed before it was read */
    Problems(String source, UnaryOperator<String> naming) {
        this.source = source;
        this.naming = naming;
    }

    /** Notes a problem: where it is, and a sentence that begins with the path of the option. */
    void add(Place place, String sentence) {
        problems.add(new Problem(place, Secrets.masked(naming.apply(sentence))));
    }

    int count() {
        return problems.size();
    }

    /** @throws UserException that lists all problems by line, if there are any */
    void throwIfAny() {
        if (problems.isEmpty()) {
            return;
        }
        List<String> lines = problems.stream()
                .sorted(Comparator.comparingInt(problem -> problem.place.line()))
                .map(problem -> "\n  " + problem.place + ": " + problem.sentence)
                .distinct()
                .toList();
        throw UserException.usage(
                source + " is not a valid configuration: errors=" + lines.size() + String.join("", lines));
    }
}
