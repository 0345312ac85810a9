package perennial.jobs.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What must not be shown, judged by the name of its key. */
public final class Secrets {

    /** What is shown in the place of a secret. */
    public static final String MASK = "******";

    private static final Pattern KEY = Pattern.compile(
            "password|passwd|passphrase|secret|token|credential|jaas|user\\.?info|api[.-]?key|access[.-]?key|private[.-]?key"
                    + "|ssl\\..*key$",
            Pattern.CASE_INSENSITIVE);

    /** A user's name and password inside an address. */
    private static final Pattern ADDRESS = Pattern.compile("(?<=://)[^/\\s@]+(?=@)");

    private Secrets() {}

    /** Whether the value of {@code key} is to be kept from eyes: {@code ssl.key.password}, {@code sasl.jaas.config} and the like. */
    public static boolean looksSecret(String key) {
        return KEY.matcher(key).find();
    }

    /** {@code value}, or a mask where the key looks secret; user and password inside an address are masked under every key. */
    public static String masked(String key, String value) {
        return looksSecret(key) ? MASK : ADDRESS.matcher(value).replaceAll(MASK);
    }

    /** A copy of {@code properties} that may be shown, sorted by key. */
    public static Map<String, String> masked(Map<String, String> properties) {
        Map<String, String> shown = new TreeMap<>(properties);
        shown.replaceAll(Secrets::masked);
        return shown;
    }
}
