package perennial.jobs.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One axis of a sweep as it is written.
 *
 * @param name name of the axis
 * @param variants the variants by their names: keys of a learner, in the order they are written
 */
record SweepAxis(String name, Map<String, Node.Mapping> variants) {

    private static final String NAME = "[A-Za-z0-9._-]+";
    private static final String KEY = "[A-Za-z][A-Za-z0-9]{0,50}([.][A-Za-z][A-Za-z0-9]{0,50}){0,20}";

    /**
     * The axes of {@code vary}. An axis whose value is a section has named variants; one whose value is a list is the path of a key,
     * and its variants are that key's values.
     */
    static List<SweepAxis> read(Node.Mapping vary, Problems problems) {
        List<SweepAxis> axes = new ArrayList<>();
        vary.entries().forEach((name, node) -> {
            String path = "vary." + name;
            if (node instanceof Node.Mapping mapping && !mapping.entries().isEmpty()) {
                axes.add(named(name, mapping, path, problems));
            } else if (node instanceof Node.Sequence sequence
                    && !sequence.items().isEmpty()) {
                axes.add(values(name, sequence, path, problems));
            } else {
                problems.add(
                        node.place(),
                        path
                                + " must be a section of variants, or a list of values of the key that the axis is called after:"
                                + " found=" + node.description());
            }
        });
        return axes;
    }

    private static SweepAxis named(String name, Node.Mapping mapping, String path, Problems problems) {
        Map<String, Node.Mapping> variants = new LinkedHashMap<>();
        mapping.entries().forEach((variant, part) -> {
            checkName(variant, part, path, problems);
            if (part instanceof Node.Mapping keys) {
                variants.put(variant, keys);
            } else if (part instanceof Node.Scalar scalar && scalar.empty()) {
                variants.put(variant, new Node.Mapping(part.place(), Map.of()));
            } else {
                problems.add(
                        part.place(),
                        path + "." + variant + " must be a section of a learner's keys, {} for none: found="
                                + part.description());
            }
        });
        return new SweepAxis(name, variants);
    }

    private static SweepAxis values(String name, Node.Sequence sequence, String path, Problems problems) {
        Map<String, Node.Mapping> variants = new LinkedHashMap<>();
        if (!name.matches(KEY)) {
            problems.add(
                    sequence.place(),
                    path + " must be called after a key of a learner, as in optimiser.learningRate, to list its values;"
                            + " or give the values names");
            return new SweepAxis(name, variants);
        }
        for (Node item : sequence.items()) {
            if (!(item instanceof Node.Scalar scalar) || scalar.empty()) {
                problems.add(
                        item.place(),
                        path + " may list single values only; give others a name, as in {small: {" + name
                                + ": ...}}: found=" + item.description());
                continue;
            }
            checkName(scalar.text(), item, path, problems);
            if (variants.put(scalar.text(), at(name.split("\\."), 0, scalar)) != null) {
                problems.add(item.place(), path + " lists a value twice: found=" + scalar.text());
            }
        }
        return new SweepAxis(name, variants);
    }

    private static void checkName(String variant, Node node, String path, Problems problems) {
        if (!variant.matches(NAME)) {
            problems.add(
                    node.place(),
                    path
                            + " has a variant whose name may have letters, digits, dots, underscores and minuses only, since it"
                            + " becomes part of a learner's name: found=" + variant);
        }
    }

    private static Node.Mapping at(String[] keys, int depth, Node value) {
        Node inner = depth == keys.length - 1 ? value : at(keys, depth + 1, value);
        return new Node.Mapping(value.place(), Map.of(keys[depth], inner));
    }
}
