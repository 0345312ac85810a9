package perennial.environment.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A partition held in a list. */
final class ListLog implements PartitionLog {

    private record Entry(byte[] key, byte[] value) {}

    private final List<Entry> entries = new ArrayList<>();
    private long read;

    void append(String key, byte[] value) {
        entries.add(new Entry(key == null ? null : key.getBytes(StandardCharsets.UTF_8), value));
    }

    /** How many records were read. */
    long read() {
        return read;
    }

    /** Counts anew. */
    void forgetRead() {
        read = 0;
    }

    @Override
    public long beginning() {
        return 0;
    }

    @Override
    public long end() {
        return entries.size();
    }

    @Override
    public void read(long from, long to, Reader reader) {
        for (Entry entry : entries.subList((int) from, (int) to)) {
            read++;
            reader.read(entry.key(), entry.value());
        }
    }
}
