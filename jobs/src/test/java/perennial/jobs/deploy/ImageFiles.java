package perennial.jobs.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of {@code deploy/image}. */
final class ImageFiles {

    static final Path FOLDER = Path.of("../deploy/image");

    private ImageFiles() {}

    /** The Dockerfile, lines that go on in the next joined. */
    static String dockerfile() throws IOException {
        return Files.readString(FOLDER.resolve("Dockerfile")).replaceAll("\\\\\\n\\s*", "");
    }
}
