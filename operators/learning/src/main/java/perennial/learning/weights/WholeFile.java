package perennial.learning.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is there as a whole or not at all: whoever reads it meets the old content or the new one, whatever happens meanwhile. */
public final class WholeFile {

    private WholeFile() {}

    /**
     * Writes {@code content} beside {@code file}, has it reach the disk, and puts it in its place. One process at a time may write a file.
     *
     * @param content Not modified.
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path begun = file.resolveSibling(file.getFileName() + ".tmp");
        // What lies there under this name, perhaps a link of somebody else's, is not written through.
        Files.deleteIfExists(begun);
        try {
            try (FileChannel channel =
                    FileChannel.open(begun, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            try {
                Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException notAtomic) {
                Files.move(begun, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(begun);
        }
    }
}
