package perennial.environment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What an environment is between two changes. Each world follows from the one before and the change between them, so that the
 * number of changes made says all of it.
 *
 * @param name name of the environment
 * @param seed seed it was created with
 * @param options options by name
 * @param actionOrder the action to take for each action asked for
 * @param channelOrder the channel to show as each channel
 * @param note what the change before altered, in words
 */
record World(
        String name,
        long seed,
        Map<String, String> options,
        List<Integer> actionOrder,
        List<Integer> channelOrder,
        String note) {

    private static final long LARGEST_SEED = 0xffffffffL;

    World {
        // Sorted, so that equal worlds read alike.
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    static World first(String name, long seed, Map<String, String> options, int actions, int channels) {
        return new World(name, seed, options, identity(actions), identity(channels), "");
    }

    Environment create() {
        return Environments.create(name, seed, options);
    }

    /**
     * The world after a change.
     *
     * @param drawSeed from which everything that the change leaves to chance is drawn
     */
    World after(Alteration alteration, long drawSeed) {
        if (alteration instanceof Alteration.OptionValue change) {
            Map<String, String> changed = new TreeMap<>(options);
            changed.put(change.option(), change.value());
            String said = change.option() + "=" + change.value();
            return new World(name, seed, changed, actionOrder, channelOrder, said);
        }
        if (alteration instanceof Alteration.Switch change) {
            long fresh = new Random(drawSeed).nextLong() & LARGEST_SEED;
            return new World(change.name(), fresh, options, actionOrder, channelOrder, "environment=" + change.name());
        }
        if (alteration instanceof Alteration.ActionPermutation change) {
            List<Integer> order = order("actions", change.order(), actionOrder.size(), drawSeed);
            return new World(name, seed, options, order, channelOrder, "actions=" + order);
        }
        if (alteration instanceof Alteration.ChannelPermutation change) {
            List<Integer> order = order("channels", change.order(), channelOrder.size(), drawSeed);
            return new World(name, seed, options, actionOrder, order, "channels=" + order);
        }
        throw new IllegalStateException("an alteration of an unknown kind: alteration=" + alteration);
    }

    private static List<Integer> order(String what, List<Integer> given, int size, long drawSeed) {
        if (given.isEmpty()) {
            List<Integer> drawn = new ArrayList<>(identity(size));
            // Java's documentation fixes both the generator and the shuffle: the same order on every platform.
            Collections.shuffle(drawn, new Random(drawSeed));
            return List.copyOf(drawn);
        }
        if (given.size() != size) {
            throw new IllegalArgumentException(
                    "a permutation of " + what + " must name all of them: " + what + "=" + size + " order=" + given);
        }
        return given;
    }

    private static List<Integer> identity(int size) {
        return IntStream.range(0, size).boxed().toList();
    }
}
