package perennial.jobs.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces <code>${env:NAME}</code> and <code>${file:/path}</code> inside values. One dollar sign more makes it plain text:
 * <code>$${env:NAME}</code> stands for <code>${env:NAME}</code>.
 */
final class References {

    /** Secrets are short; a longer file is a mistake. */
    static final int MAX_FILE_BYTES = 64 * 1024;

    private static final Pattern REFERENCE = Pattern.compile("(\\$+)\\{(env|file):([^}]*)}");

    private final UnaryOperator<String> environment;

    /** @param environment gives the value of an environment variable, or null */
    References(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    static boolean occurIn(String text) {
        return REFERENCE.matcher(text).find();
    }

    /** What is written beside the references, which themselves hold no secret. */
    static String removedFrom(String text) {
        return REFERENCE.matcher(text).replaceAll("");
    }

    /** The text that would be resolved to {@code value}. */
    static String escape(String value) {
        return REFERENCE.matcher(value).replaceAll(found -> Matcher.quoteReplacement("$" + found.group()));
    }

    /** @throws IllegalArgumentException if a variable or a file is missing; the message names no value */
    String resolve(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1).length() > 1
                                ? found.group().substring(1)
                                : found.group(2).equals("env") ? variable(found.group(3)) : file(found.group(3))));
    }

    private String variable(String name) {
        String value = environment.apply(name);
        if (value == null) {
            throw new IllegalArgumentException("needs the environment variable " + name + ", which is not set");
        }
        return value;
    }

    /** A file's text without the line end that editors add. */
    private static String file(String name) {
        // Read up to the limit, whatever size it says to have: a device says 0 and has no end.
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(
                        "needs the file " + name + " to be at most " + MAX_FILE_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("needs the file " + name + ", which cannot be read", e);
        }
    }
}
