package perennial.environment.minatar;

import java.util.Arrays;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * Freeway: bring the chicken across eight lanes of traffic, again and again, until time is up after 2501 steps.
 *
 * <p>A car that hits the chicken puts it back to the start. The cars take new speeds and directions whenever the chicken
 * arrives; a car's speed is the number of steps it waits, plus one, before it moves a cell. The game does not ramp.
 */
final class Freeway implements Game {

    enum Channel {
        CHICKEN,
        CAR,
        SPEED_1,
        SPEED_2,
        SPEED_3,
        SPEED_4,
        SPEED_5
    }

    private static final Channel[] CHANNELS = Channel.values();
    private static final int CARS = 8;
    private static final int FIRST_CAR_ROW = 1;
    private static final int SLOWEST = 5;
    private static final int CHICKEN_COLUMN = 4;
    private static final int CHICKEN_WAIT = 3;
    private static final int TIME_LIMIT = 2500;

    private int chickenRow;
    private int moveTimer;
    private int timeLeft;
    private boolean terminal;
    private final int[] columns = new int[CARS];
    private final int[] waits = new int[CARS];
    private final int[] directions = new int[CARS];
    private final int[] timers = new int[CARS];

    @Override
    public void reset(NumpyRandom random) {
        drawSpeeds(random);
        Arrays.fill(columns, 0);
        chickenRow = Grid.LAST;
        moveTimer = CHICKEN_WAIT;
        timeLeft = TIME_LIMIT;
        terminal = false;
    }

    @Override
    public int act(MinAtarAction action, boolean ramping, NumpyRandom random) {
        int reward = 0;
        if (moveTimer == 0) {
            moveChicken(action);
        }
        if (chickenRow == 0) {
            reward = 1;
            drawSpeeds(random);
            chickenRow = Grid.LAST;
        }
        for (int car = 0; car < CARS; car++) {
            hit(car);
            if (timers[car] == 0) {
                timers[car] = waits[car];
                columns[car] = around(columns[car] + directions[car]);
                hit(car);
            } else {
                timers[car]--;
            }
        }
        if (moveTimer > 0) {
            moveTimer--;
        }
        timeLeft--;
        terminal = timeLeft < 0;
        return reward;
    }

    @Override
    public boolean terminal() {
        return terminal;
    }

    @Override
    public void draw(byte[] frame, int offset) {
        Grid.mark(frame, offset, Channel.CHICKEN, chickenRow, CHICKEN_COLUMN);
        for (int car = 0; car < CARS; car++) {
            int row = car + FIRST_CAR_ROW;
            Channel speed = CHANNELS[Channel.SPEED_1.ordinal() + waits[car] - 1];
            Grid.mark(frame, offset, Channel.CAR, row, columns[car]);
            Grid.mark(frame, offset, speed, row, around(columns[car] - directions[car]));
        }
    }

    @Override
    public void save(StateWriter state) {
        state.put(chickenRow).put(moveTimer).put(timeLeft).put(terminal);
        state.put(columns, CARS).put(waits, CARS).put(directions, CARS).put(timers, CARS);
    }

    @Override
    public void restore(StateReader state) {
        chickenRow = state.integer();
        moveTimer = state.integer();
        timeLeft = state.integer();
        terminal = state.flag();
        System.arraycopy(state.integers(), 0, columns, 0, CARS);
        System.arraycopy(state.integers(), 0, waits, 0, CARS);
        System.arraycopy(state.integers(), 0, directions, 0, CARS);
        System.arraycopy(state.integers(), 0, timers, 0, CARS);
    }

    private void drawSpeeds(NumpyRandom random) {
        // All speeds are drawn before any direction.
        for (int car = 0; car < CARS; car++) {
            waits[car] = random.nextInt(1, SLOWEST + 1);
            timers[car] = waits[car];
        }
        for (int car = 0; car < CARS; car++) {
            directions[car] = random.nextDouble() < 0.5 ? -1 : 1;
        }
    }

    private void moveChicken(MinAtarAction action) {
        switch (action) {
            case UP -> {
                moveTimer = CHICKEN_WAIT;
                chickenRow = Math.max(chickenRow - 1, 0);
            }
            case DOWN -> {
                moveTimer = CHICKEN_WAIT;
                chickenRow = Math.min(chickenRow + 1, Grid.LAST);
            }
            case NONE, LEFT, RIGHT, FIRE -> {}
        }
    }

    private void hit(int car) {
        if (columns[car] == CHICKEN_COLUMN && chickenRow == car + FIRST_CAR_ROW) {
            chickenRow = Grid.LAST;
        }
    }

    private static int around(int column) {
        return Grid.holds(column) ? column : column < 0 ? Grid.LAST : 0;
    }
}
