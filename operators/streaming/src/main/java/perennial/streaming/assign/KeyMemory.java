package perennial.streaming.assign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;

/** The learners' keys as a state that every subtask gets all of. */
final class KeyMemory {

    private final ListState<LearnerKey> state;
    private final LearnerKeys keys;

    /**
     * The keys of a job that begins or goes on.
     *
     * @param learners names of the learners, in the order of the configuration
     * @param store where the state is
     */
    KeyMemory(List<String> learners, OperatorStateStore store) throws Exception {
        state = store.getUnionListState(new ListStateDescriptor<>("learner-keys", new LearnerKeySerializer()));
        Map<String, Integer> known = new LinkedHashMap<>();
        for (LearnerKey key : state.get()) {
            Integer other = known.put(key.learner(), key.key());
            if (other != null && other != key.key()) {
                throw new IllegalStateException("a learner must have one key in a checkpoint: learner=" + key.learner()
                        + " keys=" + other + "," + key.key());
            }
        }
        keys = LearnerKeys.of(learners, known);
    }

    LearnerKeys keys() {
        return keys;
    }

    void save() throws Exception {
        List<LearnerKey> all = new ArrayList<>();
        keys.asMap().forEach((learner, key) -> all.add(new LearnerKey(learner, key)));
        state.update(all);
    }
}
