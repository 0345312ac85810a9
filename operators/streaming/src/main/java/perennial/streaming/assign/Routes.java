package perennial.streaming.assign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perennial.learning.learner.LearnerSpec;

/**
 * Which learners follow which stream, remembered for the streams seen last. Not thread-safe.
 */
final class Routes {

    /** Streams that are remembered; beyond it, the one asked for least recently is matched again when it comes back. */
    static final int REMEMBERED = 1024;

    /**
     * The learners of a stream.
     *
     * @param stream its name: one and the same object for all records, so that maps need not compare it
     * @param learners their places in the configuration, in order
     */
    record Route(String stream, int[] learners) {}

    private final List<LearnerSpec> specs;
    private final Map<String, Route> routes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Route> eldest) {
            return size() > REMEMBERED;
        }
    };

    Routes(List<LearnerSpec> specs) {
        this.specs = specs;
    }

    Route of(String stream) {
        Route route = routes.get(stream);
        if (route == null) {
            int[] learners = IntStream.range(0, specs.size())
                    .filter(i -> specs.get(i).streams().stream().anyMatch(pattern -> Glob.matches(pattern, stream)))
                    .toArray();
            route = new Route(stream, learners);
            routes.put(stream, route);
        }
        return route;
    }

    int remembered() {
        return routes.size();
    }
}
