package perennial.environment.ale;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import perennial.environment.EnvironmentException;

/**
 * The contents of a cartridge, checked as far as can be without running it, and the game that ALE is to take it for.
 *
 * <p>ALE ends the process, or never comes back, where it is given a file that is missing, no file, of an odd size or of a game it
 * does not know. So the file is read here, and ALE is given a private copy of what was checked.
 */
final class Cartridge {

    /** Name of the cartridge that comes with Perennial, and the word that stands for it in place of a file. */
    static final String CATCH = "catch";

    /** Catch keeps its score and lives where this game does. */
    private static final String CATCH_PLAYED_AS = "breakout";

    /** Plain sizes, those with extra memory, and that of Pitfall II with and without what dumps of it carry at their end. */
    private static final Set<Long> SIZES =
            Set.of(2048L, 4096L, 8192L, 10240L, 10495L, 12288L, 16384L, 32768L, 65536L, 131072L);

    private final String name;
    private final String playedAs;
    private final byte[] contents;
    private final boolean recognised;

    private Cartridge(String name, String playedAs, byte[] contents, boolean recognised) {
        this.name = name;
        this.playedAs = playedAs;
        this.contents = contents;
        this.recognised = recognised;
    }

    /** The cartridge that comes with Perennial. */
    static Cartridge bundled() {
        return new Cartridge(CATCH, CATCH_PLAYED_AS, resource("catch.bin"), true);
    }

    /**
     * Reads a cartridge.
     *
     * @param game a game that ALE knows
     * @throws EnvironmentException if the file is missing, cannot be read, or is not this game's cartridge
     */
    static Cartridge read(String game, Path file) {
        String expected = KnownGames.checksum(game);
        byte[] contents = contents(file);
        String found = digest("MD5", contents);
        boolean recognised = found.equals(expected);
        if (!recognised) {
            KnownGames.named(found).ifPresent(other -> {
                throw new EnvironmentException("this is the cartridge of another game: file=" + file + " expected="
                        + game + " found=" + other + "; use the environment " + AleProvider.PREFIX + other);
            });
        }
        return new Cartridge(game, game, contents, recognised);
    }

    /** Name in the environment's name. */
    String name() {
        return name;
    }

    /** The game under which ALE runs it. */
    String playedAs() {
        return playedAs;
    }

    /** Whether these are the very contents that ALE was made for. Others may not run, or count wrongly. */
    boolean recognised() {
        return recognised;
    }

    /** SHA-256 of the contents, in hexadecimal. */
    String checksum() {
        return digest("SHA-256", contents);
    }

    /** Writes a copy under the name by which ALE recognises the game. */
    Path copyInto(Path folder) throws IOException {
        return Files.write(folder.resolve(playedAs + ".bin"), contents);
    }

    static byte[] resource(String file) {
        try (InputStream stream = Cartridge.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("a file of this module is missing: file=" + file + "; build it again");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] contents(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new EnvironmentException("a cartridge must be a regular file: file=" + file + " folder="
                        + attributes.isDirectory() + "; give the cartridge itself");
            }
            checkSize(file, attributes.size());
            byte[] contents = Files.readAllBytes(file);
            checkSize(file, contents.length);
            return contents;
        } catch (NoSuchFileException e) {
            throw new EnvironmentException("there is no such cartridge file: file=" + file + "; check its name", e);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "the cartridge file cannot be read: file=" + file + " error=" + e + "; check its permissions", e);
        }
    }

    private static void checkSize(Path file, long size) {
        if (!SIZES.contains(size)) {
            throw new EnvironmentException("a cartridge must have one of the sizes that cartridges have: file=" + file
                    + " bytes=" + size + " sizes=" + SIZES.stream().sorted().toList()
                    + "; unpack it if it is an archive");
        }
    }

    private static String digest(String algorithm, byte[] contents) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(contents));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }
}
