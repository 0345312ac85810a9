package perennial.jobs.graph;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * A disk that is full after so many bytes, for whoever runs the test and on every machine: this machine's files under a scheme of their own,
 * as Flink's checkpoints see them. Like a disk it takes the bytes that there is room for, so that files are cut short, and refuses the rest.
 * One test at a time.
 */
public final class SmallDisk extends LocalFileSystem {

    private static final String SCHEME = "smalldisk";

    /** In the words of Linux. */
    private static final String FULL = "No space left on device";

    private static final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    private static final AtomicLong refusals = new AtomicLong();

    private SmallDisk() {}

    /** What Flink calls a folder of this machine on that disk. */
    static String uri(Path folder) {
        return SCHEME + "://" + folder.toAbsolutePath();
    }

    /** From now on there is room for so many bytes. */
    static void room(long bytes) {
        room.set(bytes);
    }

    /** How often something did not fit. */
    static long refusals() {
        return refusals.get();
    }

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataOutputStream create(org.apache.flink.core.fs.Path path, WriteMode mode) throws IOException {
        FSDataOutputStream file = super.create(path, mode);
        return new FSDataOutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                long before = room.getAndUpdate(left -> left - Math.min(left, count));
                int taken = (int) Math.min(before, count);
                file.write(bytes, from, taken);
                if (taken < count) {
                    refusals.incrementAndGet();
                    throw new IOException(FULL);
                }
            }

            @Override
            public long getPos() throws IOException {
                return file.getPos();
            }

            @Override
            public void flush() throws IOException {
                file.flush();
            }

            @Override
            public void sync() throws IOException {
                file.sync();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    /** Named in META-INF/services, where Flink looks for file systems. */
    public static final class Factory implements FileSystemFactory {

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileSystem create(URI uri) {
            return new SmallDisk();
        }
    }
}
