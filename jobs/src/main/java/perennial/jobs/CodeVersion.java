package perennial.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of this code, as it stands in every report: the project's version and, where the build knew it, the git
 * commit, as in {@code 0.1.0+c8c6e258312d}. Code built from changed sources says so: {@code 0.1.0+c8c6e258312d-modified}.
 */
public final class CodeVersion {

    private static final String RESOURCE = "/perennial/version.properties";
    private static final String CURRENT = read();

    private CodeVersion() {}

    /** The version of the code that runs. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream resource = CodeVersion.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the build must have written its version: resource=" + RESOURCE);
            }
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(
                properties.getProperty("version"),
                properties.getProperty("commit", ""),
                properties.getProperty("modified", ""));
    }

    /** A build outside a repository leaves the names of the properties as they are, dollar sign and braces. */
    static String of(String version, String commit, String modified) {
        if (!commit.matches("[0-9a-f]+")) {
            return version;
        }
        return version + "+" + commit + (modified.equals("true") ? "-modified" : "");
    }
}
