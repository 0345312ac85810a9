package perennial.learning.policy;

import java.util.SplittableRandom;
import perennial.learning.event.Features;

/**
 * The game of Catch: a ball falls one row per step through a grid of 5 rows and 5 columns, and a paddle in the last row moves left,
 * stays or moves right. The reward is 1 for a ball caught and -1 for one missed.
 */
public final class Catch {

    public static final int SIDE = 5;
    public static final int ACTIONS = 3;

    private final SplittableRandom random;
    private int ballRow;
    private int ballColumn;
    private int paddle;

    public Catch(long seed) {
        random = new SplittableRandom(seed);
        begin();
    }

    /** A new ball at the top, and the paddle in the middle. */
    public void begin() {
        ballRow = 0;
        ballColumn = random.nextInt(SIDE);
        paddle = SIDE / 2;
    }

    /** One step: the reward. */
    public int step(int action) {
        paddle = Math.max(0, Math.min(SIDE - 1, paddle + action - 1));
        ballRow++;
        return !isOver() ? 0 : ballColumn == paddle ? 1 : -1;
    }

    public boolean isOver() {
        return ballRow == SIDE - 1;
    }

    /** Writes the grid: 1 for ball and paddle. */
    public void observe(Features target) {
        byte[] cells = target.resizeBytes(SIDE * SIDE);
        java.util.Arrays.fill(cells, 0, SIDE * SIDE, (byte) 0);
        cells[ballRow * SIDE + ballColumn] = 1;
        cells[(SIDE - 1) * SIDE + paddle] = 1;
    }
}
