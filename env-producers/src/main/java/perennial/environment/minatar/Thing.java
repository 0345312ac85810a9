package perennial.environment.minatar;

/**
 * A moving thing of Seaquest packed into an int: row, column, direction and two timers. Two things are equal where all of
 * these are. Columns from -2 to 13 fit, since a thing may leave the board for a moment; timers from 0 to 15.
 */
final class Thing {

    private static final int OUTSIDE = 2;
    private static final int COLUMN_BITS = 0xf;
    private static final int ROW_SHIFT = 4;
    private static final int CELL_BITS = 0xff;
    private static final int RIGHT_BIT = 1 << 8;
    private static final int TIMER_SHIFT = 9;
    private static final int SHOT_SHIFT = 13;
    private static final int TIMER_BITS = 0xf;

    private Thing() {}

    static int of(int row, int column, boolean right, int moveTimer, int shotTimer) {
        return cell(row, column) | (right ? RIGHT_BIT : 0) | moveTimer << TIMER_SHIFT | shotTimer << SHOT_SHIFT;
    }

    /** The part of a thing that says where it is. */
    static int cell(int row, int column) {
        return row << ROW_SHIFT | column + OUTSIDE;
    }

    static int cell(int thing) {
        return thing & CELL_BITS;
    }

    static int row(int thing) {
        return thing >>> ROW_SHIFT & 0xf;
    }

    static int column(int thing) {
        return (thing & COLUMN_BITS) - OUTSIDE;
    }

    static boolean right(int thing) {
        return (thing & RIGHT_BIT) != 0;
    }

    static int moveTimer(int thing) {
        return thing >>> TIMER_SHIFT & TIMER_BITS;
    }

    static int shotTimer(int thing) {
        return thing >>> SHOT_SHIFT & TIMER_BITS;
    }

    /** The thing one cell further in its direction. */
    static int moved(int thing) {
        return right(thing) ? thing + 1 : thing - 1;
    }

    static int withMoveTimer(int thing, int timer) {
        return thing & ~(TIMER_BITS << TIMER_SHIFT) | timer << TIMER_SHIFT;
    }

    static int withShotTimer(int thing, int timer) {
        return thing & ~(TIMER_BITS << SHOT_SHIFT) | timer << SHOT_SHIFT;
    }
}
