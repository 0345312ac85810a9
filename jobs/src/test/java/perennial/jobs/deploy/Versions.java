package perennial.jobs.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions that the parent pom states. */
final class Versions {

    private static final Path POM = Path.of("../pom.xml");

    private Versions() {}

    /** The version of a library: {@code flink} for what stands in {@code flink.version}. */
    static String of(String library) throws IOException {
        return found("<" + library + "\\.version>([^<]+)</");
    }

    /** The version of this project. */
    static String project() throws IOException {
        return found("<artifactId>perennial</artifactId>\\s*<version>([^<]+)</version>");
    }

    private static String found(String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(POM));
        if (!matcher.find()) {
            throw new IllegalArgumentException("the pom has no such version: pattern=" + pattern);
        }
        return matcher.group(1);
    }
}
