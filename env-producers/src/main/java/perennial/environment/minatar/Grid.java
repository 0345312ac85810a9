package perennial.environment.minatar;

/** The board of every game: 10 rows of 10 columns, drawn as one plane of bytes per channel. */
final class Grid {

    static final int SIDE = 10;
    static final int LAST = SIDE - 1;
    static final int CELLS = SIDE * SIDE;

    private Grid() {}

    /** Whether there is such a column. */
    static boolean holds(int column) {
        return column >= 0 && column < SIDE;
    }

    /**
     * Sets one cell of a channel.
     *
     * @param frame planes of bytes, from {@code offset} on. Modified.
     */
    static void mark(byte[] frame, int offset, Enum<?> channel, int row, int column) {
        frame[offset + channel.ordinal() * CELLS + row * SIDE + column] = 1;
    }

    /** Sets the cells of a row whose bits are set; bit 0 is column 0. */
    static void markRow(byte[] frame, int offset, Enum<?> channel, int row, int bits) {
        for (int left = bits; left != 0; left &= left - 1) {
            mark(frame, offset, channel, row, Integer.numberOfTrailingZeros(left));
        }
    }
}
