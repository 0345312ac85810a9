package perennial.streaming.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.learn.LearnerCheckpoint.Origin;

/**
 * The configuration that a learner was saved with, key by key, and what of it may be another when the learner goes on. Stateless.
 *
 * <p>Keys are paths such as {@code network.hidden}. Sections in a list that have a type stand under it, as in {@code
 * interventions[redo].every}, and their types in order under the list's own key; any other list is one value.
 */
public final class SavedConfiguration {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "type";

    /** Keys whose values are maps with any keys, and so one value each. */
    private static final Set<String> MAPS = Set.of("environment.options");

    private static final String RATE = "optimiser.learningRate";
    private static final String SCHEDULE = "schedule.";

    private SavedConfiguration() {}

    /**
     * The values of a configuration by their keys, in its order.
     *
     * @param json an object, or nothing
     */
    public static Map<String, String> flat(String json) {
        Map<String, String> values = new LinkedHashMap<>();
        if (!json.isEmpty()) {
            try {
                put("", JSON.readTree(json), values);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("a saved configuration must be JSON: " + e.getOriginalMessage(), e);
            }
        }
        return values;
    }

    private static void put(String key, JsonNode node, Map<String, String> values) {
        if (node.isObject() && !MAPS.contains(key)) {
            node.properties()
                    .forEach(entry ->
                            put(key.isEmpty() ? entry.getKey() : key + "." + entry.getKey(), entry.getValue(), values));
        } else if (node.isArray() && !node.isEmpty() && node.get(0).has(TYPE)) {
            List<String> types = new ArrayList<>();
            node.forEach(section -> types.add(section.get(TYPE).asText()));
            values.put(key, types.toString());
            for (JsonNode section : node) {
                section.properties().forEach(entry -> {
                    if (!entry.getKey().equals(TYPE)) {
                        put(key + "[" + section.get(TYPE).asText() + "]." + entry.getKey(), entry.getValue(), values);
                    }
                });
            }
        } else {
            values.put(key, node.isValueNode() ? node.asText() : node.toString());
        }
    }

    /**
     * Why a learner cannot go on from a state: one sentence, or null if its configuration is no reason. A key that the saved
     * configuration does not have came with a later release, whose default does what was done before.
     *
     * @param spec the learner as it is configured now
     * @param saved what it was made from when the state was taken
     * @param wayOut what can be done, beside configuring what was saved
     */
    public static String refusalOf(LearnerSpec spec, Origin saved, String wayOut) {
        String changes = changes(spec, saved, spec.provenance().kept()::contains);
        return changes.isEmpty()
                ? null
                : "the state of learner " + spec.name() + " cannot follow a change of " + changes
                        + "; configure what was saved, or " + wayOut;
    }

    /**
     * Where the configuration says otherwise than the saved one how fast the learner is to learn: the rate, or its schedule.
     *
     * @param spec the learner as it is configured now
     * @param saved what it was made from when the state was taken
     * @return each key with both values; empty where all are the same
     */
    static String rateChanges(LearnerSpec spec, Origin saved) {
        return changes(spec, saved, key -> key.equals(RATE) || key.startsWith(SCHEDULE));
    }

    private static String changes(LearnerSpec spec, Origin saved, Predicate<String> keys) {
        Map<String, String> before = flat(saved.configuration());
        List<String> changes = new ArrayList<>();
        flat(spec.provenance().configuration()).forEach((key, value) -> {
            String old = before.get(key);
            if (old != null && !old.equals(value) && keys.test(key)) {
                changes.add(key + " from " + old + " to " + value);
            }
        });
        return String.join(", ", changes);
    }
}
