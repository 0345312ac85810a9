package perennial.environment.ale;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ale.ALEInterface;
import org.bytedeco.javacpp.Loader;
import perennial.environment.Environment;
import perennial.environment.EnvironmentException;

/**
 * A trial of a cartridge in a process of its own.
 *
 * <p>On loading a cartridge ALE presses the console's switches until the memory shows the game's first mode. A cartridge that is
 * not quite the game ALE takes it for may keep it waiting for ever, or end the process; no look at the file can tell. So a
 * cartridge that is not recognised is started elsewhere first.
 */
final class StartTrial {

    /** How long a trial may take: hundreds of times what one takes, a slow machine allowed for. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int FRAMES = 600;
    private static final int HUNG = 97;
    private static final int MESSAGE = 300;

    private static final Set<String> PASSED = ConcurrentHashMap.newKeySet();

    private StartTrial() {}

    /**
     * Returns if the cartridge can be started in this process.
     *
     * @param file for the message
     * @throws EnvironmentException if it cannot
     */
    static void require(Cartridge cartridge, Path file, Duration patience) {
        String trial = cartridge.playedAs() + " " + cartridge.checksum();
        if (PASSED.contains(trial)) {
            return;
        }
        try (PrivateFolder folder = new PrivateFolder()) {
            int exit = run(cartridge.playedAs(), cartridge.copyInto(folder.path()), folder.path(), patience);
            if (exit == HUNG) {
                throw new EnvironmentException(
                        "ALE waits for ever for this cartridge to start, so it is not the game's: file=" + file
                                + " game="
                                + cartridge.playedAs() + " seconds=" + patience.toSeconds()
                                + "; name the environment after the game that is on it");
            }
            if (exit != 0) {
                throw new EnvironmentException("ALE ends the process on this cartridge: file=" + file + " game="
                        + cartridge.playedAs() + " exit=" + exit + " output=" + output(folder.path())
                        + "; use another copy of it");
            }
            PASSED.add(trial);
        } catch (IOException e) {
            throw new EnvironmentException("the cartridge cannot be tried: file=" + file + " error=" + e, e);
        }
    }

    /** The trial itself: runs a game, saving and restoring it half-way. */
    public static void main(String[] arguments) {
        endAfter(Duration.ofMillis(Long.parseLong(arguments[2])));
        try (Emulator emulator = new Emulator(Cartridge.read(arguments[0], Path.of(arguments[1])), 0)) {
            int[] actions = emulator.actions(AleActions.FULL);
            emulator.startGame();
            for (int frame = 0; frame < FRAMES && !emulator.gameOver(); frame++) {
                emulator.act(actions[frame % actions.length]);
                if (frame == FRAMES / 2) {
                    emulator.restore(emulator.save());
                }
            }
        }
        System.exit(0);
    }

    /** A hung emulator cannot be interrupted, only its process ended; this also holds where the parent is gone. */
    private static void endAfter(Duration patience) {
        Thread end = new Thread(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(patience.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(HUNG);
        });
        end.setDaemon(true);
        end.start();
    }

    private static int run(String game, Path cartridge, Path folder, Duration patience) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                        "-Dorg.bytedeco.javacpp.cachedir=" + Loader.getCacheDir(),
                        "-cp",
                        classPath(),
                        StartTrial.class.getName(),
                        game,
                        cartridge.toString(),
                        Long.toString(patience.toMillis()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        try {
            // It ends itself, unless Java could not even be started within the time.
            return process.waitFor(patience.toMillis() * 2, TimeUnit.MILLISECONDS) ? process.exitValue() : HUNG;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a cartridge was tried").initCause(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Where the classes of the trial came from, and what this process was started with, which has the native libraries. */
    private static String classPath() {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type : List.of(StartTrial.class, Environment.class, ALEInterface.class, Loader.class)) {
            CodeSource source = type.getProtectionDomain().getCodeSource();
            try {
                if (source != null && source.getLocation() != null) {
                    places.add(Path.of(source.getLocation().toURI()).toString());
                }
            } catch (URISyntaxException e) {
                throw new IllegalStateException("a class has an odd origin: source=" + source, e);
            }
        }
        places.add(System.getProperty("java.class.path"));
        return String.join(File.pathSeparator, places);
    }

    private static String output(Path folder) throws IOException {
        String output = Files.readString(folder.resolve("output.txt"), StandardCharsets.UTF_8)
                .strip()
                .replaceAll("\\s+", " ");
        return output.length() <= MESSAGE ? output : output.substring(output.length() - MESSAGE);
    }
}
