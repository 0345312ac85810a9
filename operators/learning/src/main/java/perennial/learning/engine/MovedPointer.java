package perennial.learning.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A pointer that is moved along native memory which somebody else owns, where a new one per place would be garbage. */
final class MovedPointer extends FloatPointer {

    MovedPointer() {
        super((Pointer) null);
    }

    /** Points to the value at {@code index} from {@code base} on. */
    void move(FloatPointer base, long index) {
        address = base.address() + (base.position() + index) * Float.BYTES;
    }
}
