package perennial.environment;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders of what only a program itself reads again: states hold what was learned from, and nobody else needs them. */
public final class StateFolder {

    private static final FileAttribute<?>[] OWNER_ONLY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };

    private static final FileAttribute<?>[] AS_USUAL = {};

    private StateFolder() {}

    /**
     * Makes a folder where it is missing, so that from its first moment only its owner may enter it. One that exists is left as it is:
     * who made it has decided.
     *
     * @return {@code folder}
     */
    public static Path make(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            return folder;
        }
        if (absolute.getParent() != null) {
            Files.createDirectories(absolute.getParent());
        }
        boolean hasModes =
                absolute.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            Files.createDirectory(absolute, hasModes ? OWNER_ONLY : AS_USUAL);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(absolute)) {
                throw e;
            }
        }
        return folder;
    }
}
