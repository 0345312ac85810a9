package perennial.jobs.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Flattens a map whose keys are somebody else's, so that nested and dotted keys mean the same. */
final class PassThrough {

    private PassThrough() {}

    /** {@code mapping} with dotted keys and no mappings inside. Idempotent. */
    static Node.Mapping flatten(Node.Mapping mapping, String path, Problems problems) {
        Map<String, Node> flat = new LinkedHashMap<>();
        collect(mapping, "", path, flat, problems);
        return new Node.Mapping(mapping.place(), flat);
    }

    private static void collect(
            Node.Mapping mapping, String prefix, String path, Map<String, Node> flat, Problems problems) {
        mapping.entries().forEach((key, value) -> {
            String dotted = prefix + key;
            if (value instanceof Node.Mapping inner) {
                collect(inner, dotted + ".", path, flat, problems);
            } else if (value instanceof Node.Sequence) {
                problems.add(
                        value.place(),
                        path + "." + dotted + " must be one text as its owner reads it, such as a,b or a;b: found "
                                + value.description());
            } else if (flat.putIfAbsent(dotted, value) != null) {
                problems.add(
                        value.place(),
                        path + "." + dotted + " is written twice, nested and with dots; keep one of them");
            }
        });
    }
}
