package perennial.environment.minatar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import perennial.environment.Environment;
import perennial.environment.ObservationSpec;
import perennial.environment.Step;

/**
 * The fingerprint of a run through an environment, by which two implementations of a game are compared: SHA-256 over, for each
 * step, the observation before it (row, column, channel), its reward (32-bit integer, little-endian) and whether it was
 * terminal (one byte). Episodes follow each other: after the end of one the environment is reset. Not thread-safe.
 */
public final class MinAtarDigest {

    private final Environment environment;
    private final MessageDigest digest;
    private final Step step = new Step();
    private final int channels;
    private final byte[] planes;
    private final byte[] frame;
    private final byte[] outcome = new byte[Integer.BYTES + 1];
    private final ByteBuffer outcomeValues = ByteBuffer.wrap(outcome).order(ByteOrder.LITTLE_ENDIAN);

    private long steps;
    private long totalReward;
    private long terminals;
    private long firstTerminal = -1;

    /**
     * Begins the first episode.
     *
     * @param environment a fresh environment whose observations are bytes and whose rewards are whole numbers. Stepped through,
     *     not closed.
     */
    public MinAtarDigest(Environment environment) {
        ObservationSpec specification = environment.observationSpec();
        if (specification.values() != ObservationSpec.Values.BYTES) {
            throw new IllegalArgumentException(
                    "a digest is taken of observations that are bytes: specification=" + specification);
        }
        this.environment = environment;
        this.digest = sha256();
        this.channels = specification.channels();
        this.planes = new byte[specification.size()];
        this.frame = new byte[planes.length];
        environment.reset();
    }

    /** The sequence of actions that the published digests were taken with. */
    public static Actions actions(long seed, int hold) {
        return new Actions(seed, hold);
    }

    /** Makes a step, and begins the next episode where it ended one. */
    public void step(int action) {
        environment.observe(planes, 0);
        interleave();
        environment.step(action, step);
        int reward = (int) step.reward;
        if (reward != step.reward) {
            throw new IllegalArgumentException(
                    "a digest is taken of rewards that are whole numbers: step=" + steps + " reward=" + step.reward);
        }
        outcomeValues.putInt(0, reward);
        outcome[Integer.BYTES] = (byte) (step.terminal ? 1 : 0);
        digest.update(frame);
        digest.update(outcome);
        totalReward += reward;
        if (step.terminal) {
            terminals++;
            if (firstTerminal < 0) {
                firstTerminal = steps;
            }
        }
        steps++;
        if (step.ended()) {
            environment.reset();
        }
    }

    /** Digest of the steps made so far: 64 hexadecimal digits. */
    public String hex() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 cannot be cloned: provider=" + digest.getProvider(), e);
        }
    }

    /** Steps made. */
    public long steps() {
        return steps;
    }

    /** Sum of all rewards. */
    public long totalReward() {
        return totalReward;
    }

    /** Steps that were terminal. */
    public long terminals() {
        return terminals;
    }

    /** Index, from 0, of the first step that was terminal; -1 before there was one. */
    public long firstTerminal() {
        return firstTerminal;
    }

    /** Turns planes of channels into cells of channels. */
    private void interleave() {
        int cells = planes.length / channels;
        for (int channel = 0; channel < channels; channel++) {
            for (int cell = 0; cell < cells; cell++) {
                frame[cell * channels + channel] = planes[channel * cells + cell];
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Actions from 0 to 5 out of a linear congruential generator, each held for a number of steps. Not thread-safe. */
    public static final class Actions {

        private static final long MULTIPLIER = 6364136223846793005L;
        private static final long INCREMENT = 1442695040888963407L;

        private final int hold;
        private long state;
        private long asked;
        private int action;

        private Actions(long seed, int hold) {
            if (hold < 1) {
                throw new IllegalArgumentException("an action must be held for a step at least: hold=" + hold);
            }
            this.state = seed + 1;
            this.hold = hold;
        }

        /** The next action. */
        public int next() {
            if (asked++ % hold == 0) {
                state = state * MULTIPLIER + INCREMENT;
                action = (int) ((state >>> 33) % 6);
            }
            return action;
        }
    }
}
