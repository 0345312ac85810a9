package perennial.environment.kafka;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import perennial.environment.EnvironmentException;
import perennial.environment.StateFolder;

/** The file that keeps the newest saved state of a stream's actors: the old content or the whole new one, whatever happens. */
final class StateFile {

    private final Path file;
    private final Path temporary;

    StateFile(Path folder, String stream) {
        String name = URLEncoder.encode(stream, StandardCharsets.UTF_8);
        this.file = folder.resolve(name + ".actors");
        this.temporary = folder.resolve(name + ".actors.tmp");
    }

    /** The content; null if there is no such file. */
    byte[] read() {
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : null;
        } catch (IOException e) {
            throw new EnvironmentException("cannot read the actors' state: file=" + file + " reason=\"" + e + "\"", e);
        }
    }

    void write(byte[] content) {
        try {
            StateFolder.make(file.toAbsolutePath().getParent());
            // What lies there under this name, perhaps a link of somebody else's, is not written through.
            Files.deleteIfExists(temporary);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot save the actors' state: file=" + file + " reason=\"" + e + "\"; make room or choose another"
                            + " state folder",
                    e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
