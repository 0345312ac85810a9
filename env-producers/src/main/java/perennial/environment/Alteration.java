package perennial.environment;

import java.util.List;

/** What a {@link ScheduledChange} alters. */
public sealed interface Alteration {

    /**
     * Another value of an option, such as the sticky probability.
     *
     * @param option name of an option that the environment can change while it runs
     * @param value its value from now on, in environments that are switched to later as well
     */
    record OptionValue(String option, String value) implements Alteration {}

    /**
     * Another environment in place of the present one, freshly created.
     *
     * @param name name of the environment
     */
    record Switch(String name) implements Alteration {}

    /**
     * Other meanings for the actions: action i does from now on what action {@code order[i]} does unpermuted.
     *
     * @param order each action once; empty for an order that is drawn anew each time
     */
    record ActionPermutation(List<Integer> order) implements Alteration {
        public ActionPermutation {
            order = List.copyOf(order);
            requirePermutation(order);
        }
    }

    /**
     * Another order of the channels: channel i shows from now on what channel {@code order[i]} shows unpermuted.
     *
     * @param order each channel once; empty for an order that is drawn anew each time
     */
    record ChannelPermutation(List<Integer> order) implements Alteration {
        public ChannelPermutation {
            order = List.copyOf(order);
            requirePermutation(order);
        }
    }

    private static void requirePermutation(List<Integer> order) {
        for (int i = 0; i < order.size(); i++) {
            if (!order.contains(i)) {
                throw new IllegalArgumentException(
                        "a permutation must name each number from 0 on once: missing=" + i + " order=" + order);
            }
        }
    }
}
