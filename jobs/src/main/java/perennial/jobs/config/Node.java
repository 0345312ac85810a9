package perennial.jobs.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perennial.jobs.Secrets;

/** A piece of YAML as it was written: scalars are still text, and everything knows its place. */
sealed interface Node {

    /** Characters of a text that an error repeats. */
    int DESCRIBED = 200;

    Place place();

    /** What an error calls this node; never long. */
    String description();

    private static String shortened(String text) {
        return text.length() <= DESCRIBED ? text : text.substring(0, DESCRIBED) + "...";
    }

    /**
     * A single value.
     *
     * @param text the text, without quotes; empty where nothing was written
     * @param empty whether nothing was written, or null or ~
     */
    record Scalar(Place place, String text, boolean empty) implements Node {
        @Override
        public String description() {
            return empty
                    ? "nothing"
                    : Secrets.looksSecret(References.removedFrom(text)) ? Secrets.MASK : shortened(text);
        }
    }

    /** Keys and values in the order they were written. */
    record Mapping(Place place, Map<String, Node> entries) implements Node {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        Mapping with(String key, Node value) {
            Map<String, Node> changed = new LinkedHashMap<>(entries);
            changed.put(key, value);
            return new Mapping(place, changed);
        }

        @Override
        public String description() {
            return "a section with the keys " + shortened(String.join(", ", entries.keySet()));
        }
    }

    /** A list. */
    record Sequence(Place place, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        Sequence with(int index, Node value) {
            List<Node> changed = new ArrayList<>(items);
            changed.set(index, value);
            return new Sequence(place, changed);
        }

        @Override
        public String description() {
            return "a list of " + items.size();
        }
    }
}
