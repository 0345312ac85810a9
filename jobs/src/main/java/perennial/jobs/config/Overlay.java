package perennial.jobs.config;

import java.util.Map;

/** Lays one piece of configuration over another. */
final class Overlay {

    private Overlay() {}

    /**
     * {@code base} with {@code top} over it: sections are merged key by key, and everything else that {@code top} writes
     * stands in place of what was there. A section that names another {@code type} replaces the whole section, since the keys of one
     * type mean nothing to another.
     */
    static Node of(Node base, Node top) {
        return base instanceof Node.Mapping below && top instanceof Node.Mapping above && !otherType(below, above)
                ? merged(below, above)
                : top;
    }

    static Node.Mapping merged(Node.Mapping base, Node.Mapping top) {
        Node.Mapping merged = base;
        for (Map.Entry<String, Node> entry : top.entries().entrySet()) {
            Node below = base.entries().get(entry.getKey());
            merged = merged.with(entry.getKey(), below == null ? entry.getValue() : of(below, entry.getValue()));
        }
        return merged;
    }

    private static boolean otherType(Node.Mapping base, Node.Mapping top) {
        return top.entries().get(Keys.TYPE) instanceof Node.Scalar type
                && !(base.entries().get(Keys.TYPE) instanceof Node.Scalar before
                        && before.text().equals(type.text()));
    }
}
