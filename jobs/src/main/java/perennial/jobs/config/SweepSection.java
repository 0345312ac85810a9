package perennial.jobs.config;

import java.util.List;
import java.util.Map;

/** A sweep as it is written: what its learners share, and what they differ by. */
record SweepSection(
        @Option(description = "name of the sweep, and of its job: letters, digits, dots, underscores and minuses")
        String name,

        @Option(description = "title of its summary; empty for the name", defaultValue = "")
        String title,

        @Option(description = "options of Flink, as Flink names them")
        Map<String, String> flink,

        @Option(description = "what computes, as for every job", defaultValue = "auto")
        EngineChoice engine,

        @Option(description = "what all learners have: any keys of a learner but name, variant, streams and seed")
        Node learner,

        @Option(
                description =
                        "axes: each a section of named variants, which are keys of a learner again, or a list of values"
                                + " under the path of one key")
        Node vary,

        @Option(description = "seeds; every combination of variants is learned once with each")
        List<Long> seeds,

        @Option(description = "combinations that are kept, each as axis: variant; empty for all", defaultValue = "[]")
        List<Map<String, String>> only,

        @Option(description = "combinations that are left out, each as axis: variant", defaultValue = "[]")
        List<Map<String, String>> exclude,

        @Option(description = "what is plotted and tabulated", defaultValue = "[]")
        List<ResultSection> results,

        @Option(description = "other sizes of the same sweep by their names: keys laid over all of the above")
        Node sizes) {

    SweepSection {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "a sweep's name may have letters, digits, dot, underscore and minus: name=" + name);
        }
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("a sweep needs at least one seed: seeds=[]");
        }
        if (seeds.stream().distinct().count() < seeds.size()) {
            throw new IllegalArgumentException("a sweep's seeds must differ: seeds=" + seeds);
        }
        title = title.isEmpty() ? name : title;
    }
}
