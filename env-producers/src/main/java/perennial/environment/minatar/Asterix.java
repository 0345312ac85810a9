package perennial.environment.minatar;

import java.util.Arrays;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * Asterix: collect the gold that crosses the board, evade the enemies.
 *
 * <p>Each of the rows 1 to 8 is a lane for at most one thing, enemy or gold, which enters at one side and leaves at the other.
 * With ramping, things come more often and move faster, one stage every 102 steps.
 */
final class Asterix implements Game {

    enum Channel {
        PLAYER,
        ENEMY,
        TRAIL,
        GOLD
    }

    private static final int LANES = 8;
    private static final int FIRST_LANE_ROW = 1;
    private static final int SLOWEST_SPAWN = 10;
    private static final int SLOWEST_MOVE = 5;
    private static final int RAMP_STEPS = 100;

    private int playerRow;
    private int playerColumn;
    // One bit per lane: whether there is a thing, whether it goes right, whether it is gold.
    private int occupied;
    private int rightward;
    private int gold;
    private final int[] columns = new int[LANES];
    private int spawnSpeed;
    private int spawnTimer;
    private int moveSpeed;
    private int moveTimer;
    private int rampTimer;
    private int rampIndex;
    private boolean terminal;

    @Override
    public void reset(NumpyRandom random) {
        playerRow = 5;
        playerColumn = 5;
        occupied = 0;
        rightward = 0;
        gold = 0;
        Arrays.fill(columns, 0);
        spawnSpeed = SLOWEST_SPAWN;
        spawnTimer = SLOWEST_SPAWN;
        moveSpeed = SLOWEST_MOVE;
        moveTimer = SLOWEST_MOVE;
        rampTimer = RAMP_STEPS;
        rampIndex = 0;
        terminal = false;
    }

    @Override
    public int act(MinAtarAction action, boolean ramping, NumpyRandom random) {
        if (spawnTimer == 0) {
            spawn(random);
            spawnTimer = spawnSpeed;
        }
        movePlayer(action);
        int reward = meet();
        if (moveTimer == 0) {
            moveTimer = moveSpeed;
            moveThings();
            reward += meet();
        }
        spawnTimer--;
        moveTimer--;
        if (ramping && (spawnSpeed > 1 || moveSpeed > 1)) {
            ramp();
        }
        return reward;
    }

    @Override
    public boolean terminal() {
        return terminal;
    }

    @Override
    public void draw(byte[] frame, int offset) {
        Grid.mark(frame, offset, Channel.PLAYER, playerRow, playerColumn);
        for (int left = occupied; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            int row = lane + FIRST_LANE_ROW;
            int column = columns[lane];
            Grid.mark(frame, offset, has(gold, lane) ? Channel.GOLD : Channel.ENEMY, row, column);
            int behind = has(rightward, lane) ? column - 1 : column + 1;
            if (Grid.holds(behind)) {
                Grid.mark(frame, offset, Channel.TRAIL, row, behind);
            }
        }
    }

    @Override
    public void save(StateWriter state) {
        state.put(playerRow).put(playerColumn);
        state.put(occupied).put(rightward).put(gold).put(columns, LANES);
        state.put(spawnSpeed).put(spawnTimer).put(moveSpeed).put(moveTimer);
        state.put(rampTimer).put(rampIndex).put(terminal);
    }

    @Override
    public void restore(StateReader state) {
        playerRow = state.integer();
        playerColumn = state.integer();
        occupied = state.integer();
        rightward = state.integer();
        gold = state.integer();
        System.arraycopy(state.integers(), 0, columns, 0, LANES);
        spawnSpeed = state.integer();
        spawnTimer = state.integer();
        moveSpeed = state.integer();
        moveTimer = state.integer();
        rampTimer = state.integer();
        rampIndex = state.integer();
        terminal = state.flag();
    }

    private void spawn(NumpyRandom random) {
        boolean goesRight = random.nextDouble() < 1.0 / 2.0;
        boolean isGold = random.nextDouble() < 1.0 / 3.0;
        int free = LANES - Integer.bitCount(occupied);
        if (free == 0) {
            return;
        }
        int lane = freeLane(random.nextInt(0, free));
        occupied |= 1 << lane;
        rightward = with(rightward, lane, goesRight);
        gold = with(gold, lane, isGold);
        columns[lane] = goesRight ? 0 : Grid.LAST;
    }

    /** The free lane with {@code skip} free lanes above it. */
    private int freeLane(int skip) {
        int left = ~occupied;
        for (int i = 0; i < skip; i++) {
            left &= left - 1;
        }
        return Integer.numberOfTrailingZeros(left);
    }

    private void movePlayer(MinAtarAction action) {
        switch (action) {
            case LEFT -> playerColumn = Math.max(playerColumn - 1, 0);
            case RIGHT -> playerColumn = Math.min(playerColumn + 1, Grid.LAST);
            case UP -> playerRow = Math.max(playerRow - 1, FIRST_LANE_ROW);
            case DOWN -> playerRow = Math.min(playerRow + 1, LANES);
            case NONE, FIRE -> {}
        }
    }

    /** What comes of the player's being where the thing in its lane is, if it is. */
    private int meet() {
        int lane = playerRow - FIRST_LANE_ROW;
        if (!has(occupied, lane) || columns[lane] != playerColumn) {
            return 0;
        }
        if (has(gold, lane)) {
            occupied &= ~(1 << lane);
            return 1;
        }
        terminal = true;
        return 0;
    }

    private void moveThings() {
        for (int left = occupied; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            columns[lane] += has(rightward, lane) ? 1 : -1;
            if (!Grid.holds(columns[lane])) {
                occupied &= ~(1 << lane);
            }
        }
    }

    private void ramp() {
        if (rampTimer >= 0) {
            rampTimer--;
            return;
        }
        if (moveSpeed > 1 && rampIndex % 2 == 1) {
            moveSpeed--;
        }
        if (spawnSpeed > 1) {
            spawnSpeed--;
        }
        rampIndex++;
        rampTimer = RAMP_STEPS;
    }

    private static boolean has(int lanes, int lane) {
        return (lanes >>> lane & 1) != 0;
    }

    private static int with(int lanes, int lane, boolean value) {
        return value ? lanes | 1 << lane : lanes & ~(1 << lane);
    }
}
