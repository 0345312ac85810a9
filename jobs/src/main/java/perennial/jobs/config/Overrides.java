package perennial.jobs.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perennial.jobs.Secrets;

/**
 * Options of the command line, {@code path=value}, laid over what a file says. Inside the maps that pass through, the rest of the
 * path is one key with its dots. A value that begins with a bracket, brace or quote is YAML, every other is text as it stands.
 */
final class Overrides {

    /** Maps whose keys are somebody else's. */
    static final Set<String> PASS_THROUGH = Set.of("kafka", "flink");

    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d{1,6})]");
    private static final Pattern PATH = Pattern.compile("[^.\\[\\]]+(\\.[^.\\[\\]]+|\\[\\d{1,6}])*");
    private static final int MAX_PATH = 1000;
    private static final Place PLACE = new Place("--set", 0);

    private final Problems problems;

    Overrides(Problems problems) {
        this.problems = problems;
    }

    /** {@code root} with every assignment in order, so that the last one on a path holds. */
    Node.Mapping apply(Node.Mapping root, List<String> assignments) {
        Node.Mapping changed = root;
        for (String assignment : assignments) {
            changed = apply(changed, assignment);
        }
        return changed;
    }

    private Node.Mapping apply(Node.Mapping root, String assignment) {
        int equals = assignment.indexOf('=');
        String path = equals < 0 ? assignment : assignment.substring(0, equals);
        // Checked first: not even an error may repeat what could be a secret.
        if (Secrets.looksSecret(path)) {
            refuseSecret(path.replaceFirst("[:\\s].*", ""));
            return root;
        }
        if (equals <= 0) {
            problems.add(PLACE, "an override is written path=value: found=" + assignment);
            return root;
        }
        String value = assignment.substring(equals + 1);
        String first = path.replaceFirst("[.\\[].*", "");
        if (PASS_THROUGH.contains(first) && path.startsWith(first + ".")) {
            return passThrough(root, first, path.substring(first.length() + 1), value);
        }
        if (path.length() > MAX_PATH || !PATH.matcher(path).matches()) {
            problems.add(
                    PLACE,
                    "a path is written as learners[0].network.hidden: found="
                            + new Node.Scalar(PLACE, path, false).description());
            return root;
        }
        Node set = value(value);
        return set == null || holdsSecret(set, path) ? root : (Node.Mapping) put(root, path, 0, set);
    }

    private boolean holdsSecret(Node node, String path) {
        if (!(node instanceof Node.Mapping mapping)) {
            return false;
        }
        for (Map.Entry<String, Node> entry : mapping.entries().entrySet()) {
            String inner = path + "." + entry.getKey();
            if (Secrets.looksSecret(inner)) {
                refuseSecret(inner);
                return true;
            }
            if (holdsSecret(entry.getValue(), inner)) {
                return true;
            }
        }
        return false;
    }

    private void refuseSecret(String path) {
        problems.add(
                PLACE,
                path + " looks like a secret, and every user of this machine can read the command line; write it in the"
                        + " configuration as ${env:NAME} or ${file:/path}");
    }

    private Node.Mapping passThrough(Node.Mapping root, String map, String key, String value) {
        Node old = root.entries().get(map);
        Node.Mapping entries = old instanceof Node.Mapping mapping
                ? PassThrough.flatten(mapping, map, problems)
                : new Node.Mapping(PLACE, Map.of());
        return root.with(map, entries.with(key, new Node.Scalar(PLACE, value, false)));
    }

    private Node value(String text) {
        return text.matches("[\\[{\"'].*")
                ? YamlReader.read(text, PLACE.source(), problems)
                : new Node.Scalar(PLACE, text, false);
    }

    /** {@code node} with {@code value} at the rest of {@code path} that begins at {@code from}. */
    private Node put(Node node, String path, int from, Node value) {
        Matcher step = STEP.matcher(path);
        if (!step.find(from)) {
            return value;
        }
        String key = step.group(1);
        if (key != null) {
            Node.Mapping mapping = node instanceof Node.Mapping existing ? existing : new Node.Mapping(PLACE, Map.of());
            return mapping.with(key, put(mapping.entries().get(key), path, step.end(), value));
        }
        int index = Integer.parseInt(step.group(2));
        if (!(node instanceof Node.Sequence sequence)
                || index >= sequence.items().size()) {
            int size = node instanceof Node.Sequence sequence ? sequence.items().size() : 0;
            problems.add(
                    PLACE,
                    path + " must name an item that exists, counted from 0: index=" + index + " "
                            + path.substring(0, step.start()) + "=" + size + " items");
            return node == null ? new Node.Sequence(PLACE, List.of()) : node;
        }
        return sequence.with(index, put(sequence.items().get(index), path, step.end(), value));
    }
}
