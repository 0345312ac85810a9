package perennial.jobs.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Learners that jobs are measured with; {@code bench.yaml} among the resources says what they are. */
public enum JobCase {
    /** A classifier of 784 bytes, 784-512-512-10, batch 128, normalised and projected: an update every 128 examples. */
    NAP_MLP,
    /** DQN on MinAtar's Breakout, a convolution and 128 units, batch 32, normalised and projected: an update for every transition. */
    DQN_MINATAR,
    /** The same with 1.7 million weights and a full memory of 100,000 transitions before the first update. */
    DQN_LARGE;

    private static final int BATCH = 128;

    /** Transitions before the first update, as {@code bench.yaml} has them. */
    private static final long WARM_UP = 1000;

    private static final long LARGE_WARM_UP = 100_000;

    /** What a user calls it, and the name of its learner. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The case of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static JobCase of(String id) {
        return Arrays.stream(values())
                .filter(known -> known.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no case has that name: case=" + id + "; known: "
                        + Arrays.stream(values()).map(JobCase::id).collect(Collectors.joining(", "))));
    }

    /** Names of {@code count} equal learners, one or two. */
    List<String> learners(int count) {
        return List.of(id(), id() + "-too").subList(0, count);
    }

    boolean learnsFromLabels() {
        return this == NAP_MLP;
    }

    /** Examples or transitions that lead to so many updates, and a few more. */
    long records(long updates) {
        return switch (this) {
            case NAP_MLP -> (updates + 1) * BATCH;
            case DQN_MINATAR -> updates + WARM_UP + BATCH;
            case DQN_LARGE -> updates + LARGE_WARM_UP + BATCH;
        };
    }
}
