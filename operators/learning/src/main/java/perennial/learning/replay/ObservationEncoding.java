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

    private static final float[] UNPACKED = unpackedBytes();

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
            case BITS -> {
                unpackBits((byte[]) segment, at, size, target, to);
                if (scale != 1) {
                    for (int i = to; i < to + size; i++) {
                        target[i] *= scale;
                    }
                }
            }
        }
    }

    private static void unpackBits(byte[] source, int at, int size, float[] target, int to) {
        int bytes = size >> 3;
        for (int i = 0; i < bytes; i++) {
            System.arraycopy(UNPACKED, (source[at + i] & 0xff) << 3, target, to + (i << 3), 8);
        }
        for (int i = bytes << 3; i < size; i++) {
            target[to + i] = source[at + bytes] >> (i & 7) & 1;
        }
    }

    /** The eight values of every byte, lowest bit first. */
    private static float[] unpackedBytes() {
        float[] values = new float[256 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = i >> 3 >> (i & 7) & 1;
        }
        return values;
    }

    Object newSegment(int elements) {
        return this == FLOATS ? new float[elements] : new byte[elements];
    }
}
