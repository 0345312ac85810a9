package perennial.streaming.assign;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The key that each learner is known by, chosen so that learners are spread evenly over the subtasks.
 *
 * <p>Flink gives subtask s of p the key groups from s/p to (s+1)/p of all of them, and a key's group is a hash of it. A
 * few keys taken as they come would leave some subtasks idle; here a group is chosen first and a key looked for that
 * falls into it. Learner i of n gets the group in the middle of the i-th n-th of all groups, so that for every p that
 * divides {@link #KEY_GROUPS} (1 to 8 among them) any two subtasks differ by at most one learner. For another p a border
 * between two subtasks may lie within a group, and they may differ by two.
 *
 * <p>A learner that is known from a restored state keeps its key, since its state lies there. One that comes later gets
 * the group farthest from those in use.
 */
public final class LearnerKeys {

    /** Number of key groups, and so the largest parallelism: the least common multiple of 1 to 8. */
    public static final int KEY_GROUPS = 840;

    private final Map<String, Integer> keys;

    private LearnerKeys(Map<String, Integer> keys) {
        this.keys = keys;
    }

    /** Keys for the learners of a job that begins. */
    public static LearnerKeys of(List<String> learners) {
        return of(learners, Map.of());
    }

    /**
     * Keys for the learners of a job that goes on.
     *
     * @param learners names of the learners, in the order of the configuration
     * @param known keys that learners had, by name; those of learners that are gone are forgotten
     */
    public static LearnerKeys of(List<String> learners, Map<String, Integer> known) {
        Map<String, Integer> keys = new LinkedHashMap<>();
        Set<Integer> usedKeys = new HashSet<>();
        Set<Integer> usedGroups = new HashSet<>();
        for (String learner : learners) {
            Integer key = known.get(learner);
            // The order of insertion is that of the configuration, known or not.
            if (keys.containsKey(learner)) {
                throw new IllegalArgumentException("a learner's name must be unique: name=" + learner);
            }
            keys.put(learner, key);
            if (key != null) {
                usedKeys.add(key);
                usedGroups.add(group(key));
            }
        }
        boolean fresh = usedKeys.isEmpty();
        int index = 0;
        for (Map.Entry<String, Integer> entry : keys.entrySet()) {
            if (entry.getValue() == null) {
                int group = fresh ? evenGroup(index, learners.size()) : farthestFrom(usedGroups);
                int key = keyOf(group, usedKeys);
                entry.setValue(key);
                usedKeys.add(key);
                usedGroups.add(group);
            }
            index++;
        }
        return new LearnerKeys(keys);
    }

    /** The key of that learner, always the same object. */
    public Integer of(String learner) {
        Integer key = keys.get(learner);
        if (key == null) {
            throw new IllegalArgumentException(
                    "a learner must be one of the job's: learner=" + learner + " learners=" + keys.keySet());
        }
        return key;
    }

    /** The subtask of {@code parallelism} ones that has that learner. */
    public int subtaskOf(String learner, int parallelism) {
        return subtaskOf(of(learner), parallelism);
    }

    /** The subtask of {@code parallelism} ones that has the learner of that key. */
    public static int subtaskOf(Integer key, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(key, KEY_GROUPS, parallelism);
    }

    /** All keys by learner, in the order of the configuration. */
    public Map<String, Integer> asMap() {
        return java.util.Collections.unmodifiableMap(keys);
    }

    private static int evenGroup(int index, int count) {
        // (index + 1/2) * KEY_GROUPS / count, rounded down
        return (int) ((2L * index + 1) * KEY_GROUPS / (2L * count));
    }

    private static int farthestFrom(Set<Integer> used) {
        int best = 0;
        int bestDistance = -1;
        for (int group = 0; group < KEY_GROUPS; group++) {
            int distance = KEY_GROUPS;
            for (int other : used) {
                distance = Math.min(distance, Math.abs(group - other));
            }
            if (distance > bestDistance) {
                best = group;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static int keyOf(int group, Set<Integer> used) {
        int key = 0;
        while (group(key) != group || used.contains(key)) {
            key++;
        }
        return key;
    }

    private static int group(Integer key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, KEY_GROUPS);
    }
}
