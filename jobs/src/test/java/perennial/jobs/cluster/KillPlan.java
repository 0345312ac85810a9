package perennial.jobs.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which processes are killed one after another: rounds in which each kind comes once, in an order that the seed decides.
 *
 * @param seed decides order and pauses
 * @param rounds how often each kind is killed
 * @param victims kinds of process
 * @param longestPauseMillis most time between the recovery from one kill and the next
 * @param impatience share of kills that do not wait for the recovery from the one before
 */
record KillPlan(long seed, int rounds, List<Victim> victims, int longestPauseMillis, double impatience) {

    /** Kinds of process. */
    enum Victim {
        TASK_MANAGER,
        JOB_MANAGER,
        BROKER,
        PRODUCER
    }

    /**
     * A kill.
     *
     * @param victim what is killed
     * @param pauseMillis time before it
     * @param patient whether it waits until all have recovered from the one before
     * @param choice decides which one of several
     */
    record Kill(Victim victim, int pauseMillis, boolean patient, int choice) {}

    /** The kills in order. */
    List<Kill> kills() {
        Random random = new Random(seed);
        List<Kill> kills = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<Victim> order = new ArrayList<>(victims);
            Collections.shuffle(order, random);
            for (Victim victim : order) {
                kills.add(new Kill(
                        victim,
                        random.nextInt(longestPauseMillis),
                        random.nextDouble() >= impatience,
                        random.nextInt(Integer.MAX_VALUE)));
            }
        }
        return kills;
    }
}
