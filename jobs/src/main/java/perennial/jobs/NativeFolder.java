package perennial.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;
import perennial.environment.StateFolder;

/**
 * Where native libraries are unpacked before they are loaded. They are code that this process runs, so the folder is one that nobody
 * else may write: JavaCPP by itself falls back to a folder of a known name in {@code /tmp}, and loads what it finds there.
 *
 * <p>{@code PERENNIAL_NATIVE_FOLDER} names another folder; a system property of a library itself, such as
 * {@code org.bytedeco.javacpp.cachedir}, goes over it.
 */
public final class NativeFolder {

    /** Environment variable that names the folder. */
    public static final String VARIABLE = "PERENNIAL_NATIVE_FOLDER";

    /** JavaCPP's libraries (OpenBLAS, ND4J, ALE) stay there for the next process: they are large. */
    private static final String KEPT = "org.bytedeco.javacpp.cachedir";

    /** Libraries of Kafka's compression, which are unpacked by each process anew. */
    private static final List<String> OF_A_PROCESS = List.of("org.xerial.snappy.tempdir", "ZstdTempFolder");

    private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private NativeFolder() {}

    /**
     * Tells the libraries where to go. Called before any of them is loaded.
     *
     * @param configuredOrNull value of the environment variable
     * @param home the user's home
     * @throws UserException if the folder that is configured cannot be used, or others may write it
     */
    public static void prepare(String configuredOrNull, Path home) {
        boolean configured = configuredOrNull != null && !configuredOrNull.isBlank();
        Path temporary = temporary(configured ? Path.of(configuredOrNull) : null);
        if (System.getProperty(KEPT) == null) {
            System.setProperty(
                    KEPT,
                    (configured ? owned(Path.of(configuredOrNull, "javacpp"), temporary) : ofHome(home, temporary))
                            .toAbsolutePath()
                            .toString());
        }
        for (String property : OF_A_PROCESS) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, temporary.toString());
            }
        }
    }

    /** A new folder of this process, in {@code parentOrNull} or where temporary files go, removed at its end. */
    private static Path temporary(Path parentOrNull) {
        try {
            // Java makes it for its owner alone.
            Path folder = parentOrNull == null
                    ? Files.createTempDirectory("perennial-native-")
                    : Files.createTempDirectory(StateFolder.make(parentOrNull), "process-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> removeAtEnd(folder), "native-folder"));
            return folder;
        } catch (IOException e) {
            throw UserException.failed(
                    "native libraries need a folder that they can be unpacked to: folder="
                            + (parentOrNull == null ? System.getProperty("java.io.tmpdir") : parentOrNull) + " error="
                            + e + "; name another one in " + VARIABLE,
                    e);
        }
    }

    /** Libraries remove files of theirs at the same time. */
    private static void removeAtEnd(Path folder) {
        try {
            TemporaryFolder.remove(folder);
        } catch (UncheckedIOException e) {
            // What is left is temporary by its place and its name.
        }
    }

    /** The folder that JavaCPP uses by itself, or, where there is no home to write to, one of this process alone. */
    private static Path ofHome(Path home, Path temporary) {
        Path kept = home.resolve(".javacpp").resolve("cache");
        try {
            if (Files.isDirectory(kept) || Files.isWritable(home)) {
                return owned(kept, temporary);
            }
        } catch (UserException e) {
            // Made here: a logger of the class would make every command wait for logging to be set up.
            LoggerFactory.getLogger(NativeFolder.class)
                    .warn("native libraries are unpacked anew by this process: {}", e.getMessage());
        }
        return temporary;
    }

    /** {@code folder}, made where it is missing, once it is sure that nobody but this user writes it. */
    private static Path owned(Path folder, Path temporary) {
        try {
            StateFolder.make(folder.toAbsolutePath().getParent());
            StateFolder.make(folder);
            if (!Files.isWritable(folder)) {
                throw refused(folder, "it cannot be written");
            }
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                if (!Files.getOwner(folder).equals(Files.getOwner(temporary))) {
                    throw refused(folder, "it belongs to another user: owner=" + Files.getOwner(folder));
                }
                Set<PosixFilePermission> modes = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
                if (modes.removeAll(WRITABLE_BY_OTHERS)) {
                    Files.setPosixFilePermissions(folder, modes);
                }
            }
            return folder;
        } catch (IOException e) {
            throw refused(folder, e.toString());
        }
    }

    private static UserException refused(Path folder, String reason) {
        return UserException.failed("native libraries need a folder of this user's own: folder=" + folder + " reason="
                + reason + "; name another one in " + VARIABLE);
    }
}
