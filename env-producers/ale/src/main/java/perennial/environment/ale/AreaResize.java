package perennial.environment.ale;

import java.util.Arrays;

/**
 * The reduction of a grey picture to a smaller one in which each pixel is the mean of the area it covers, as OpenCV's INTER_AREA
 * has it.
 *
 * <p>Computed in integers: a mean is exact before it is rounded, half upwards. Not thread-safe.
 */
final class AreaResize {

    /** Bits of the fixed point in which a division by the area is a multiplication. */
    private static final int SHIFT = 40;

    private final int width;
    private final int newWidth;
    private final Cover rows;
    private final Cover columns;
    private final int[] line;
    private final int half;
    private final long reciprocal;

    AreaResize(int height, int width, int newHeight, int newWidth) {
        this.width = width;
        this.newWidth = newWidth;
        rows = Cover.of(height, newHeight);
        columns = Cover.of(width, newWidth);
        line = new int[width];
        long area = (long) rows.total * columns.total;
        // Exact as long as the largest sum times the area is below 2^40. Screens of 210 lines have an area of 200, of
        // 250 lines
        // one of 5,000.
        if (256 * area >= (1L << SHIFT) / area) {
            throw new IllegalArgumentException("the sizes have too little in common to resize exactly: height=" + height
                    + " width=" + width + " newHeight=" + newHeight + " newWidth=" + newWidth);
        }
        half = (int) (area / 2);
        reciprocal = (1L << SHIFT) / area + 1;
    }

    /**
     * Resizes.
     *
     * @param picture unsigned bytes, row by row. Not modified.
     * @param destination receives unsigned bytes, row by row from {@code offset} on. Modified.
     */
    void resize(byte[] picture, byte[] destination, int offset) {
        int written = offset;
        // Rows first: that loop runs along whole lines and is the one that HotSpot vectorises.
        for (int row = 0; row < rows.count; row++) {
            sumRows(picture, row);
            if (columns.taps == 3) {
                written = meansOfThree(destination, written);
            } else {
                written = means(destination, written);
            }
        }
    }

    private int means(byte[] destination, int start) {
        int written = start;
        for (int column = 0; column < newWidth; column++) {
            int first = columns.first[column];
            int sum = half;
            for (int tap = 0; tap < columns.taps; tap++) {
                sum += columns.weights[column * columns.taps + tap] * line[first + tap];
            }
            destination[written++] = (byte) (sum * reciprocal >>> SHIFT);
        }
        return written;
    }

    /** The same for three taps, which is what lines of 160 pixels need; the loop over them costs as much as they do. */
    private int meansOfThree(byte[] destination, int start) {
        int[] first = columns.first;
        int[] weights = columns.weights;
        int[] sums = line;
        int written = start;
        int weight = 0;
        for (int column = 0; column < newWidth; column++) {
            int tap = first[column];
            int sum = half
                    + weights[weight] * sums[tap]
                    + weights[weight + 1] * sums[tap + 1]
                    + weights[weight + 2] * sums[tap + 2];
            weight += 3;
            destination[written++] = (byte) (sum * reciprocal >>> SHIFT);
        }
        return written;
    }

    private void sumRows(byte[] picture, int row) {
        Arrays.fill(line, 0);
        for (int tap = 0; tap < rows.taps; tap++) {
            int weight = rows.weights[row * rows.taps + tap];
            if (weight == 0) {
                continue;
            }
            int start = (rows.first[row] + tap) * width;
            for (int column = 0; column < width; column++) {
                line[column] += weight * (picture[start + column] & 0xff);
            }
        }
    }

    /** How the cells along one axis are covered: each new cell by the same number of old ones, some with weight 0. */
    private static final class Cover {

        private final int count;
        private final int taps;
        private final int total;
        private final int[] first;
        private final int[] weights;

        private Cover(int count, int taps, int total, int[] first, int[] weights) {
            this.count = count;
            this.taps = taps;
            this.total = total;
            this.first = first;
            this.weights = weights;
        }

        static Cover of(int size, int newSize) {
            if (newSize < 1 || newSize > size) {
                throw new IllegalArgumentException(
                        "a picture can only be made smaller: size=" + size + " newSize=" + newSize);
            }
            int divisor = gcd(size, newSize);
            // In units of which an old cell has newSize / divisor, a new cell has size / divisor: all ends are whole.
            int old = newSize / divisor;
            int total = size / divisor;
            int taps = Math.min(size, (total + old - 1) / old + 1);
            int[] first = new int[newSize];
            int[] weights = new int[newSize * taps];
            for (int cell = 0; cell < newSize; cell++) {
                int begin = cell * total;
                int end = begin + total;
                // The last cells begin earlier than they must, so that no tap lies outside.
                first[cell] = Math.min(begin / old, size - taps);
                for (int tap = 0; tap < taps; tap++) {
                    int oldBegin = (first[cell] + tap) * old;
                    weights[cell * taps + tap] = Math.max(0, Math.min(end, oldBegin + old) - Math.max(begin, oldBegin));
                }
            }
            return new Cover(newSize, taps, total, first, weights);
        }

        private static int gcd(int a, int b) {
            return b == 0 ? a : gcd(b, a % b);
        }
    }
}
