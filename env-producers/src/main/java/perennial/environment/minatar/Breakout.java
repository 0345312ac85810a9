package perennial.environment.minatar;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * Breakout: keep the ball in play with the paddle, break bricks.
 *
 * <p>The ball moves one cell diagonally each step. It breaks no second brick before it has made a step without touching one.
 * The wall is rebuilt when the ball comes down after the last brick. The game does not ramp.
 */
final class Breakout implements Game {

    enum Channel {
        PADDLE,
        BALL,
        TRAIL,
        BRICK
    }

    private static final int FIRST_BRICK_ROW = 1;
    private static final int BRICK_ROWS = 3;
    private static final int FULL_WALL = (1 << BRICK_ROWS * Grid.SIDE) - 1;
    private static final int FULL_ROW = (1 << Grid.SIDE) - 1;

    private int ballRow;
    private int ballColumn;
    private int lastRow;
    private int lastColumn;
    // Direction of the ball: +1 or -1.
    private int down;
    private int right;
    private int paddle;
    // One bit per brick, row by row.
    private int bricks;
    private boolean strike;
    private boolean terminal;

    @Override
    public void reset(NumpyRandom random) {
        boolean startsLeft = random.nextInt(0, 2) == 0;
        ballRow = 3;
        ballColumn = startsLeft ? 0 : Grid.LAST;
        down = 1;
        right = startsLeft ? 1 : -1;
        lastRow = ballRow;
        lastColumn = ballColumn;
        paddle = 4;
        bricks = FULL_WALL;
        strike = false;
        terminal = false;
    }

    @Override
    public int act(MinAtarAction action, boolean ramping, NumpyRandom random) {
        switch (action) {
            case LEFT -> paddle = Math.max(paddle - 1, 0);
            case RIGHT -> paddle = Math.min(paddle + 1, Grid.LAST);
            case NONE, UP, DOWN, FIRE -> {}
        }
        lastRow = ballRow;
        lastColumn = ballColumn;
        int column = ballColumn + right;
        if (!Grid.holds(column)) {
            column = ballColumn;
            right = -right;
        }
        return moveBall(ballRow + down, column);
    }

    @Override
    public boolean terminal() {
        return terminal;
    }

    @Override
    public void draw(byte[] frame, int offset) {
        Grid.mark(frame, offset, Channel.BALL, ballRow, ballColumn);
        Grid.mark(frame, offset, Channel.PADDLE, Grid.LAST, paddle);
        Grid.mark(frame, offset, Channel.TRAIL, lastRow, lastColumn);
        for (int row = 0; row < BRICK_ROWS; row++) {
            Grid.markRow(frame, offset, Channel.BRICK, row + FIRST_BRICK_ROW, bricks >>> row * Grid.SIDE & FULL_ROW);
        }
    }

    @Override
    public void save(StateWriter state) {
        state.put(ballRow).put(ballColumn).put(lastRow).put(lastColumn);
        state.put(down).put(right).put(paddle).put(bricks).put(strike).put(terminal);
    }

    @Override
    public void restore(StateReader state) {
        ballRow = state.integer();
        ballColumn = state.integer();
        lastRow = state.integer();
        lastColumn = state.integer();
        down = state.integer();
        right = state.integer();
        paddle = state.integer();
        bricks = state.integer();
        strike = state.flag();
        terminal = state.flag();
    }

    /** Moves the ball to a cell, unless something is in its way there. */
    private int moveBall(int wantedRow, int column) {
        int row = wantedRow;
        int reward = 0;
        boolean touched = false;
        if (row < 0) {
            row = 0;
            down = -down;
        } else if (isBrick(row, column)) {
            touched = true;
            if (!strike) {
                reward = 1;
                strike = true;
                bricks &= ~brick(row, column);
                row = lastRow;
                down = -down;
            }
        } else if (row == Grid.LAST) {
            row = land(column);
        }
        if (!touched) {
            strike = false;
        }
        ballRow = row;
        ballColumn = column;
        return reward;
    }

    /** The ball comes down at a column: the row where it is then. */
    private int land(int column) {
        if (bricks == 0) {
            bricks = FULL_WALL;
        }
        if (lastColumn == paddle) {
            down = -down;
            return lastRow;
        }
        if (column == paddle) {
            // Hit with the edge, the ball goes back where it came from.
            down = -down;
            right = -right;
            return lastRow;
        }
        terminal = true;
        return Grid.LAST;
    }

    private boolean isBrick(int row, int column) {
        return row >= FIRST_BRICK_ROW && row < FIRST_BRICK_ROW + BRICK_ROWS && (bricks & brick(row, column)) != 0;
    }

    private static int brick(int row, int column) {
        return 1 << (row - FIRST_BRICK_ROW) * Grid.SIDE + column;
    }
}
