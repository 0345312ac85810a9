package perennial.jobs.cluster;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.jobs.TemporaryFolder;

/** Deletes folders in which a process that is about to end may still be writing. */
final class Folders {

    private static final Logger log = LoggerFactory.getLogger(Folders.class);

    private Folders() {}

    /** Deletes a folder with all that is in it. What vanishes meanwhile is no error; what stays is logged. */
    static void delete(Path folder) {
        try {
            TemporaryFolder.remove(folder);
        } catch (UncheckedIOException e) {
            log.warn(
                    "a folder that is no longer needed could not be deleted: folder={} error={}", folder, e.toString());
        }
    }
}
