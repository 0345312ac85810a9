package perennial.environment.ale;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The games that ALE knows, each with the MD5 of the cartridge it was made for. A list of our own, so that a name can be refused
 * before ALE is asked, which would end the process.
 */
final class KnownGames {

    private static final SortedMap<String, String> CHECKSUMS = read();

    private KnownGames() {}

    static SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(CHECKSUMS.keySet()));
    }

    /** MD5 of a game's cartridge, in lower-case hexadecimal. */
    static String checksum(String game) {
        String checksum = CHECKSUMS.get(game);
        if (checksum == null) {
            throw new IllegalArgumentException(
                    "ALE knows no such game: game=" + game + "; it knows " + String.join(", ", CHECKSUMS.keySet()));
        }
        return checksum;
    }

    /** The game whose cartridge has this MD5. */
    static Optional<String> named(String checksum) {
        return CHECKSUMS.entrySet().stream()
                .filter(game -> game.getValue().equals(checksum))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static SortedMap<String, String> read() {
        Properties properties = new Properties();
        try {
            properties.load(
                    new StringReader(new String(Cartridge.resource("cartridges.properties"), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SortedMap<String, String> checksums = new TreeMap<>();
        properties.forEach((game, checksum) -> checksums.put((String) game, (String) checksum));
        return checksums;
    }
}
