package perennial.environment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An environment that changes on a {@link EnvironmentSchedule schedule}, and says so.
 *
 * <p>Changes come between two episodes: the reset that begins the first episode of the new world reports the change. All
 * environments of the schedule look alike from outside: there are as many actions and channels as the one with the most of
 * them has. An action that the present environment lacks is taken as action 0, a channel that it lacks is zero. Permutations
 * are over all of them.
 *
 * <p>What a change leaves to chance (fresh orders, the seed of a game switched to) follows from the seed and the number of
 * the change. Not thread-safe.
 */
public final class ScheduledEnvironment implements Environment {

    private static final String FORMAT = "schedule";
    private static final int VERSION = 1;
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private final EnvironmentSchedule schedule;
    private final long seed;
    private final World first;
    private final ObservationSpec observationSpec;
    private final ActionSpec actionSpec;
    private final int plane;

    private World world;
    private Environment environment;
    private int[] actions;
    private int[] channels;
    // Whether the present environment's observations are shown as they are.
    private boolean plain;
    private byte[] bytes = new byte[0];
    private float[] floats = new float[0];
    private int innerActions;
    private int innerChannels;

    private long steps;
    private int applied;
    private int announced;
    private EnvironmentChange changeAtReset;

    /**
     * Creates the first environment, and for a moment all others, so that a mistake in the schedule shows at once.
     *
     * @param name name of the first environment
     * @param seed its seed, and that of all that the schedule leaves to chance
     * @param options its options, and those of the environments that are switched to
     * @throws IllegalArgumentException if an environment or option is unknown, or environments are too unlike to follow each
     *     other
     */
    public ScheduledEnvironment(String name, long seed, Map<String, String> options, EnvironmentSchedule schedule) {
        this.schedule = schedule;
        this.seed = seed;
        List<Environment> all = new ArrayList<>();
        try {
            tryAll(World.first(name, seed, options, 1, 1), all);
            this.observationSpec = joined(all);
            this.actionSpec = new ActionSpec(
                    all.stream().mapToInt(one -> one.actionSpec().count()).max().orElseThrow());
        } finally {
            all.forEach(Environment::close);
        }
        this.plane = observationSpec.size() / observationSpec.channels();
        this.first = World.first(name, seed, options, actionSpec.count(), observationSpec.channels());
        // Orders of the wrong size show only here.
        World each = first;
        for (int i = 0; i < schedule.changes().size(); i++) {
            each = after(each, i);
        }
        enter(first, first.create());
    }

    @Override
    public ObservationSpec observationSpec() {
        return observationSpec;
    }

    @Override
    public ActionSpec actionSpec() {
        return actionSpec;
    }

    @Override
    public void reset() {
        changeAtReset = isDue() ? change() : null;
        environment.reset();
    }

    /** Acts. The episode is truncated at a step after which a change of the kind {@code CUT} is due. */
    @Override
    public void step(int action, Step step) {
        int meant = actions[actionSpec.check(action)];
        environment.step(meant < innerActions ? meant : 0, step);
        steps++;
        if (!step.terminal && isDue() && cuts()) {
            step.truncated = true;
        }
    }

    @Override
    public void observe(byte[] destination, int offset) {
        if (plain) {
            environment.observe(destination, offset);
            return;
        }
        environment.observe(bytes, 0);
        for (int channel = 0; channel < channels.length; channel++) {
            int from = channels[channel];
            int to = offset + channel * plane;
            if (from < innerChannels) {
                System.arraycopy(bytes, from * plane, destination, to, plane);
            } else {
                Arrays.fill(destination, to, to + plane, (byte) 0);
            }
        }
    }

    @Override
    public void observe(float[] destination, int offset) {
        if (plain) {
            environment.observe(destination, offset);
            return;
        }
        environment.observe(floats, 0);
        for (int channel = 0; channel < channels.length; channel++) {
            int from = channels[channel];
            int to = offset + channel * plane;
            if (from < innerChannels) {
                System.arraycopy(floats, from * plane, destination, to, plane);
            } else {
                Arrays.fill(destination, to, to + plane, 0f);
            }
        }
    }

    @Override
    public Optional<EnvironmentChange> changeAtReset() {
        return Optional.ofNullable(changeAtReset);
    }

    /**
     * The changes to come from the beginning on, those of one step taken together, as they are made where episodes end soon.
     *
     * @param count how many at most
     */
    public List<EnvironmentChange> outlook(int count) {
        List<EnvironmentChange> outlook = new ArrayList<>();
        World each = first;
        int next = 0;
        while (outlook.size() < count && schedule.has(next)) {
            long step = schedule.step(next);
            List<String> notes = new ArrayList<>();
            for (; schedule.has(next) && schedule.step(next) == step; next++) {
                each = after(each, next);
                notes.add(each.note());
            }
            outlook.add(new EnvironmentChange(outlook.size() + 1, step, String.join("; ", notes)));
        }
        return outlook;
    }

    /** Name of the present environment. */
    public String present() {
        return world.name();
    }

    @Override
    public byte[] save() {
        StateWriter state = new StateWriter(FORMAT, VERSION);
        state.put(world.toString()).put(steps).put(applied).put(announced);
        state.put(changeAtReset != null);
        if (changeAtReset != null) {
            state.put(changeAtReset.number()).put(changeAtReset.step()).put(changeAtReset.note());
        }
        return state.put(environment.save()).finish();
    }

    @Override
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, FORMAT, VERSION);
        String expected = state.string();
        long savedSteps = state.longInteger();
        int savedApplied = state.integer();
        int savedAnnounced = state.integer();
        EnvironmentChange savedChange =
                state.flag() ? new EnvironmentChange(state.integer(), state.longInteger(), state.string()) : null;
        byte[] inner = state.byteArray();
        state.finish();

        World reached = first;
        for (int i = 0; i < savedApplied && schedule.has(i); i++) {
            reached = after(reached, i);
        }
        if (!reached.toString().equals(expected)) {
            throw new IllegalArgumentException(
                    "the state was saved with another seed, other options or another schedule: saved=" + expected
                            + " scheduled=" + reached + "; create the environment as it was");
        }
        Environment entered = reached.create();
        try {
            entered.restore(inner);
        } catch (RuntimeException e) {
            entered.close();
            throw e;
        }
        environment.close();
        enter(reached, entered);
        steps = savedSteps;
        applied = savedApplied;
        announced = savedAnnounced;
        changeAtReset = savedChange;
    }

    @Override
    public void close() {
        environment.close();
    }

    /**
     * Creates every environment of the schedule, and tries every value of an option.
     *
     * @param all receives the environments. Modified.
     */
    private void tryAll(World start, List<Environment> all) {
        World each = start;
        all.add(each.create());
        // The second time round, options have the values that the first time left behind.
        int rounds = schedule.repeatEvery() > 0 ? 2 : 1;
        for (int i = 0; i < rounds * schedule.changes().size(); i++) {
            Alteration alteration = schedule.change(i).alteration();
            if (alteration instanceof Alteration.Switch) {
                each = after(each, i);
                all.add(each.create());
            } else if (alteration instanceof Alteration.OptionValue change) {
                all.get(all.size() - 1).change(change.option(), change.value());
                each = after(each, i);
            }
        }
    }

    private boolean isDue() {
        return schedule.has(applied) && schedule.step(applied) <= steps;
    }

    /** Whether one of the changes that are due is not to wait for the end of the episode. */
    private boolean cuts() {
        for (int i = applied; schedule.has(i) && schedule.step(i) <= steps; i++) {
            if (schedule.change(i).moment() == ScheduledChange.Moment.CUT) {
                return true;
            }
        }
        return false;
    }

    /** Makes all changes that are due, and says so. */
    private EnvironmentChange change() {
        StringBuilder notes = new StringBuilder();
        while (isDue()) {
            World next = after(world, applied);
            notes.append(notes.isEmpty() ? "" : "; ").append(next.note());
            apply(next, schedule.change(applied).alteration());
            applied++;
        }
        announced++;
        return new EnvironmentChange(announced, steps, notes.toString());
    }

    private World after(World before, int number) {
        return before.after(schedule.change(number).alteration(), seed + (number + 1) * GOLDEN_RATIO);
    }

    private void apply(World next, Alteration alteration) {
        if (alteration instanceof Alteration.Switch) {
            Environment entered = next.create();
            environment.close();
            enter(next, entered);
            return;
        }
        if (alteration instanceof Alteration.OptionValue change) {
            environment.change(change.option(), change.value());
        }
        enter(next, environment);
    }

    private void enter(World entered, Environment inner) {
        world = entered;
        environment = inner;
        innerActions = inner.actionSpec().count();
        innerChannels = inner.observationSpec().channels();
        actions = entered.actionOrder().stream().mapToInt(Integer::intValue).toArray();
        channels = entered.channelOrder().stream().mapToInt(Integer::intValue).toArray();
        plain = innerChannels == channels.length;
        for (int i = 0; i < channels.length; i++) {
            plain &= channels[i] == i;
        }
        boolean holdsBytes = observationSpec.values() == ObservationSpec.Values.BYTES;
        bytes = new byte[holdsBytes ? innerChannels * plane : 0];
        floats = new float[holdsBytes ? 0 : innerChannels * plane];
    }

    /** The specification with the most channels; all others must be alike but for the channels. */
    private static ObservationSpec joined(List<Environment> environments) {
        ObservationSpec widest = environments.get(0).observationSpec();
        for (Environment environment : environments) {
            ObservationSpec each = environment.observationSpec();
            List<Integer> within = each.shape().subList(1, each.shape().size());
            if (each.values() != widest.values()
                    || !within.equals(widest.shape().subList(1, widest.shape().size()))) {
                throw new IllegalArgumentException(
                        "environments that follow each other must have observations alike in all but the channels: one="
                                + widest + " other=" + each);
            }
            widest = each.channels() > widest.channels() ? each : widest;
        }
        return widest;
    }
}
