package perennial.environment.minatar;

import java.util.Arrays;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * Space Invaders: shoot the aliens that march down, evade their bullets.
 *
 * <p>The fewer aliens are left, the faster they march. With ramping, each wave marches faster than the one before, down to a
 * limit.
 */
final class SpaceInvaders implements Game {

    enum Channel {
        CANNON,
        ALIEN,
        ALIEN_LEFT,
        ALIEN_RIGHT,
        FRIENDLY_BULLET,
        ENEMY_BULLET
    }

    private static final int WAVE_ROWS = 4;
    // Columns 2 to 7.
    private static final int WAVE_ROW = 0b0011111100;
    private static final int FIRST_COLUMN = 1;
    private static final int LAST_COLUMN = 1 << Grid.LAST;
    private static final int SLOWEST_MARCH = 12;
    private static final int FASTEST_FULL_WAVE = 6;
    private static final int ALIEN_SHOT_WAIT = 10;
    private static final int SHOT_WAIT = 5;

    // One int per row, one bit per column.
    private final int[] aliens = new int[Grid.SIDE];
    private final int[] friendlyBullets = new int[Grid.SIDE];
    private final int[] enemyBullets = new int[Grid.SIDE];
    private int cannon;
    private boolean marchesRight;
    private int marchInterval;
    private int marchTimer;
    private int alienShotTimer;
    private int shotTimer;
    private int rampIndex;
    private boolean terminal;

    @Override
    public void reset(NumpyRandom random) {
        cannon = 5;
        Arrays.fill(friendlyBullets, 0);
        Arrays.fill(enemyBullets, 0);
        Arrays.fill(aliens, 0);
        beginWave();
        marchesRight = false;
        marchInterval = SLOWEST_MARCH;
        marchTimer = SLOWEST_MARCH;
        alienShotTimer = ALIEN_SHOT_WAIT;
        shotTimer = 0;
        rampIndex = 0;
        terminal = false;
    }

    @Override
    public int act(MinAtarAction action, boolean ramping, NumpyRandom random) {
        obey(action);
        moveBullets();
        terminal |= touchesCannon(enemyBullets) || touchesCannon(aliens);
        if (marchTimer == 0) {
            marchTimer = Math.min(count(), marchInterval);
            march();
            terminal |= touchesCannon(aliens);
        }
        if (alienShotTimer == 0) {
            alienShotTimer = ALIEN_SHOT_WAIT;
            shootBack();
        }
        int reward = removeHits();
        if (shotTimer > 0) {
            shotTimer--;
        }
        marchTimer--;
        alienShotTimer--;
        if (columnsTaken() == 0) {
            if (ramping && marchInterval > FASTEST_FULL_WAVE) {
                marchInterval--;
                rampIndex++;
            }
            beginWave();
        }
        return reward;
    }

    @Override
    public boolean terminal() {
        return terminal;
    }

    @Override
    public void draw(byte[] frame, int offset) {
        Channel direction = marchesRight ? Channel.ALIEN_RIGHT : Channel.ALIEN_LEFT;
        Grid.mark(frame, offset, Channel.CANNON, Grid.LAST, cannon);
        for (int row = 0; row < Grid.SIDE; row++) {
            Grid.markRow(frame, offset, Channel.ALIEN, row, aliens[row]);
            Grid.markRow(frame, offset, direction, row, aliens[row]);
            Grid.markRow(frame, offset, Channel.FRIENDLY_BULLET, row, friendlyBullets[row]);
            Grid.markRow(frame, offset, Channel.ENEMY_BULLET, row, enemyBullets[row]);
        }
    }

    @Override
    public void save(StateWriter state) {
        state.put(aliens, Grid.SIDE).put(friendlyBullets, Grid.SIDE).put(enemyBullets, Grid.SIDE);
        state.put(cannon).put(marchesRight).put(marchInterval).put(marchTimer);
        state.put(alienShotTimer).put(shotTimer).put(rampIndex).put(terminal);
    }

    @Override
    public void restore(StateReader state) {
        System.arraycopy(state.integers(), 0, aliens, 0, Grid.SIDE);
        System.arraycopy(state.integers(), 0, friendlyBullets, 0, Grid.SIDE);
        System.arraycopy(state.integers(), 0, enemyBullets, 0, Grid.SIDE);
        cannon = state.integer();
        marchesRight = state.flag();
        marchInterval = state.integer();
        marchTimer = state.integer();
        alienShotTimer = state.integer();
        shotTimer = state.integer();
        rampIndex = state.integer();
        terminal = state.flag();
    }

    private void beginWave() {
        Arrays.fill(aliens, 0, WAVE_ROWS, WAVE_ROW);
    }

    private void obey(MinAtarAction action) {
        switch (action) {
            case FIRE -> {
                if (shotTimer == 0) {
                    friendlyBullets[Grid.LAST] |= 1 << cannon;
                    shotTimer = SHOT_WAIT;
                }
            }
            case LEFT -> cannon = Math.max(cannon - 1, 0);
            case RIGHT -> cannon = Math.min(cannon + 1, Grid.LAST);
            case NONE, UP, DOWN -> {}
        }
    }

    private void moveBullets() {
        System.arraycopy(friendlyBullets, 1, friendlyBullets, 0, Grid.LAST);
        friendlyBullets[Grid.LAST] = 0;
        System.arraycopy(enemyBullets, 0, enemyBullets, 1, Grid.LAST);
        enemyBullets[0] = 0;
    }

    private boolean touchesCannon(int[] rows) {
        return (rows[Grid.LAST] >>> cannon & 1) != 0;
    }

    /** Takes the aliens one cell on, or, at the edge, one row down and turns them round. */
    private void march() {
        int edge = marchesRight ? LAST_COLUMN : FIRST_COLUMN;
        if ((columnsTaken() & edge) != 0) {
            marchesRight = !marchesRight;
            terminal |= aliens[Grid.LAST] != 0;
            int last = aliens[Grid.LAST];
            System.arraycopy(aliens, 0, aliens, 1, Grid.LAST);
            aliens[0] = last;
            return;
        }
        for (int row = 0; row < Grid.SIDE; row++) {
            aliens[row] = marchesRight ? aliens[row] << 1 : aliens[row] >>> 1;
        }
    }

    /** The lowest alien of the column nearest to the cannon fires; of two columns as near, the left one. */
    private void shootBack() {
        int taken = columnsTaken();
        for (int distance = 0; distance < Grid.SIDE; distance++) {
            if (Grid.holds(cannon - distance) && (taken >>> cannon - distance & 1) != 0) {
                shootFrom(1 << cannon - distance);
                return;
            }
            if (Grid.holds(cannon + distance) && (taken >>> cannon + distance & 1) != 0) {
                shootFrom(1 << cannon + distance);
                return;
            }
        }
    }

    private void shootFrom(int column) {
        int row = Grid.LAST;
        while ((aliens[row] & column) == 0) {
            row--;
        }
        enemyBullets[row] |= column;
    }

    /** Removes aliens and friendly bullets that are in the same cell, and counts the aliens. */
    private int removeHits() {
        int hits = 0;
        for (int row = 0; row < Grid.SIDE; row++) {
            int hit = aliens[row] & friendlyBullets[row];
            hits += Integer.bitCount(hit);
            aliens[row] &= ~hit;
            friendlyBullets[row] &= ~hit;
        }
        return hits;
    }

    private int count() {
        int count = 0;
        for (int row : aliens) {
            count += Integer.bitCount(row);
        }
        return count;
    }

    /** One bit per column in which there is an alien. */
    private int columnsTaken() {
        int columns = 0;
        for (int row : aliens) {
            columns |= row;
        }
        return columns;
    }
}
