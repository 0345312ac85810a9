package perennial.learning.replay;

import perennial.learning.event.Features;

/** How an observation's values are packed in replay memory; it must hold every value that may come. */
public enum ObservationEncoding {
    /** Values 0 and 1, eight to a byte. */
    BITS,
    /** Whole numbers from 0 to 255, one byte each. */
    BYTES,
    /** Any finite numbers, four bytes each. */
    FLOATS;

    /** Index of the first value that cannot be packed, or -1. NaN cannot. */
    public int firstUnfit(Features values) {
        return switch (this) {
            case BITS -> values.isBytes() ? firstAbove(values, 1) : firstOutside(values, 1);
            case BYTES -> values.isBytes() ? -1 : firstOutside(values, 255);
            case FLOATS -> values.firstNotFinite();
        };
    }

    private static int firstAbove(Features values, int greatest) {
        byte[] bytes = values.bytes();
        for (int i = 0; i < values.length(); i++) {
            if ((bytes[i] & 0xff) > greatest) {
                return i;
            }
        }
        return -1;
    }

    private static int firstOutside(Features values, int greatest) {
        float[] floats = values.floats();
        for (int i = 0; i < values.length(); i++) {
            float value = floats[i];
            if (!(value >= 0 && value <= greatest) || value != (int) value) {
                return i;
            }
        }
        return -1;
    }

    /** Array elements, bytes or floats, of one packed observation of {@code size} values. */
    int elements(int size) {
        return this == BITS ? (size + 7) / 8 : size;
    }

    /** Packs an observation that fits. {@code segment} is modified from element {@code at} on. */
    void pack(Features values, Object segment, int at) {
        if (this == FLOATS) {
            values.writeScaled(1f, (float[]) segment, at);
            return;
        }
        byte[] target = (byte[]) segment;
        if (this == BYTES && values.isBytes()) {
            System.arraycopy(values.bytes(), 0, target, at, values.length());
        } else if (this == BYTES) {
            for (int i = 0; i < values.length(); i++) {
                target[at + i] = (byte) (int) values.floats()[i];
            }
        } else {
            packBits(values, target, at);
        }
    }

    private static void packBits(Features values, byte[] target, int at) {
        int length = values.length();
        for (int i = 0; i < length; i += 8) {
            int bits = 0;
            int end = Math.min(length, i + 8);
            for (int j = i; j < end; j++) {
                boolean isSet = values.isBytes() ? values.bytes()[j] != 0 : values.floats()[j] != 0;
                bits |= isSet ? 1 << (j - i) : 0;
            }
            target[at + i / 8] = (byte) bits;
        }
    }

    /** Writes the values of a packed observation times {@code scale}. {@code target} is modified from {@code to} on. */
    void unpack(Object segment, int at, int size, float scale, float[] target, int to) {
        switch (this) {
            case FLOATS -> {
                float[] source = (float[]) segment;
                for (int i = 0; i < size; i++) {
                    target[to + i] = source[at + i] * scale;
                }
            }
            case BYTES -> {
                byte[] source = (byte[]) segment;
                for (int i = 0; i < size; i++) {
                    target[to + i] = (source[at + i] & 0xff) * scale;
                }
            }
            case BITS -> unpackBits((byte[]) segment, at, size, scale, target, to);
        }
    }

    private static void unpackBits(byte[] source, int at, int size, float scale, float[] target, int to) {
        int whole = size & ~7;
        // Byte by byte: value by value it takes twice as long, and it is done for every value drawn.
        for (int i = 0; i < whole; i += 8) {
            int bits = source[at + (i >> 3)];
            target[to + i] = (bits & 1) * scale;
            target[to + i + 1] = (bits >> 1 & 1) * scale;
            target[to + i + 2] = (bits >> 2 & 1) * scale;
            target[to + i + 3] = (bits >> 3 & 1) * scale;
            target[to + i + 4] = (bits >> 4 & 1) * scale;
            target[to + i + 5] = (bits >> 5 & 1) * scale;
            target[to + i + 6] = (bits >> 6 & 1) * scale;
            target[to + i + 7] = (bits >> 7 & 1) * scale;
        }
        for (int i = whole; i < size; i++) {
            target[to + i] = (source[at + (i >> 3)] >> (i & 7) & 1) * scale;
        }
    }

    Object newSegment(int elements) {
        return this == FLOATS ? new float[elements] : new byte[elements];
    }
}
