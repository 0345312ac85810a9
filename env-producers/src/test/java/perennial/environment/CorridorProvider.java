package perennial.environment;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An environment of one's own: a corridor of five cells, walked left (0) or right (1), with 0.5 at its end. In the one with
 * benches one can stay (2) as well.
 */
public final class CorridorProvider implements EnvironmentProvider {

    static final String NAME = "test/corridor";
    static final String BENCHES = "test/corridor-with-benches";

    @Override
    public SortedSet<String> names() {
        return new TreeSet<>(List.of(NAME, BENCHES));
    }

    @Override
    public Environment create(String name, long seed, Map<String, String> options) {
        new EnvironmentOptions(name, options).refuseOthers();
        return new Corridor(name.equals(BENCHES) ? 3 : 2);
    }

    private static final class Corridor implements Environment {

        private static final int CELLS = 5;
        private final ActionSpec actions;
        private int cell;

        Corridor(int actions) {
            this.actions = new ActionSpec(actions);
        }

        @Override
        public ObservationSpec observationSpec() {
            return ObservationSpec.floats(CELLS);
        }

        @Override
        public ActionSpec actionSpec() {
            return actions;
        }

        @Override
        public void reset() {
            cell = 0;
        }

        @Override
        public void step(int action, Step step) {
            int move = actions.check(action) == 2 ? 0 : 2 * action - 1;
            cell = Math.max(0, cell + move);
            boolean end = cell == CELLS - 1;
            step.set(end ? 0.5f : 0f, end, false);
        }

        @Override
        public void observe(float[] destination, int offset) {
            for (int i = 0; i < CELLS; i++) {
                destination[offset + i] = i == cell ? 1f : 0f;
            }
        }

        @Override
        public byte[] save() {
            return new StateWriter(NAME, 1).put(cell).finish();
        }

        @Override
        public void restore(byte[] state) {
            StateReader reader = new StateReader(state, NAME, 1);
            cell = reader.integer();
            reader.finish();
        }
    }
}
