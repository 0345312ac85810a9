package perennial.environment.labels;

import java.util.ArrayList;
import java.util.List;

/** A record of a stream with everything that can be read of it, kept. */
record Item(long sequence, boolean reset, int task, int label, float target, List<Byte> image) {

    static Item of(LabelStream stream) {
        return new Item(
                stream.sequence(),
                stream.isReset(),
                stream.task(),
                stream.isReset() || stream.classes() == 0 ? -1 : stream.label(),
                stream.isReset() || stream.classes() > 0 ? 0 : stream.target(),
                stream.isReset() ? List.of() : bytes(stream.image()));
    }

    /** All records that are left. */
    static List<Item> all(LabelStream stream) {
        List<Item> items = new ArrayList<>();
        while (stream.next()) {
            items.add(of(stream));
        }
        return items;
    }

    static List<Byte> bytes(byte[] bytes) {
        List<Byte> list = new ArrayList<>(bytes.length);
        for (byte value : bytes) {
            list.add(value);
        }
        return list;
    }
}
