package perennial.jobs;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must not be shown, judged by the name of its key, or by the word before it in a text. */
public final class Secrets {

    /** What is shown in the place of a secret. */
    public static final String MASK = "******";

    private static final String WORD =
            "password|passwd|passphrase|secret|token|credential|jaas|user\\.?info|api[.-]?key|access[.-]?key"
                    + "|account[.-]?key|service[.-]?key|private[.-]?key|basic[.-]?auth|auth[.-]?params|http[.-]?headers";

    private static final Pattern KEY = Pattern.compile(WORD + "|ssl\\..*key$", Pattern.CASE_INSENSITIVE);

    /** A user's name and password inside an address. The password may itself have an at sign. */
    private static final Pattern ADDRESS = Pattern.compile("(?<=://)[^/\\s\"']+(?=@)");

    /** A key that looks secret, and what is given to it. */
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "((?:" + WORD + "|ssl\\.\\w{1,40}\\.key)[\\w.-]{0,80}[\"']?\\s{0,9}[=:]\\s{0,9})"
                    + "(\"[^\"]*\"?|'[^']*'?|[^\\s,;}\\])]+)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(-----END [A-Z ]{0,40}PRIVATE KEY-----)?");

    /** Words of a login's configuration that are no secret. */
    private static final Set<String> PLAIN_WORDS =
            Set.of("required", "requisite", "sufficient", "optional", "username", "password", "true", "false");

    /** Shorter texts stand in too many words to be looked for. */
    private static final int SHORTEST_LOOKED_FOR = 4;

    private Secrets() {}

    /** Whether the value of {@code key} is to be kept from eyes: {@code ssl.key.password}, {@code sasl.jaas.config} and the like. */
    public static boolean looksSecret(String key) {
        return KEY.matcher(key).find();
    }

    /** {@code value}, or a mask where the key looks secret; what looks secret inside a text is masked under every key. */
    public static String masked(String key, String value) {
        return looksSecret(key) ? MASK : masked(value);
    }

    /**
     * A text as it may be shown: without users and passwords inside addresses, without what is given to a name that looks secret, as
     * {@code password=...}, and without private keys.
     */
    public static String masked(String text) {
        String shown = PRIVATE_KEY.matcher(text).replaceAll(MASK);
        shown = ADDRESS.matcher(shown).replaceAll(MASK);
        return ASSIGNMENT.matcher(shown).replaceAll("$1" + MASK);
    }

    /** A copy of {@code properties} that may be shown, sorted by key. */
    public static Map<String, String> masked(Map<String, String> properties) {
        Map<String, String> shown = new TreeMap<>(properties);
        shown.replaceAll(Secrets::masked);
        return shown;
    }

    /** {@code text} without any of the secrets in {@code properties}, wherever they stand, and masked as every text. */
    public static String masked(String text, Map<String, String> properties) {
        String shown = text;
        for (String secret : (Iterable<String>) values(properties)::iterator) {
            shown = shown.replace(secret, MASK);
        }
        return masked(shown);
    }

    /** Secret values and the words they are made of, longest first, so that none is left in parts. */
    private static Stream<String> values(Map<String, String> properties) {
        return properties.entrySet().stream()
                .filter(property -> looksSecret(property.getKey()))
                .map(Map.Entry::getValue)
                .flatMap(value -> Stream.concat(Stream.of(value), Arrays.stream(value.split("[\\s\"'=;]+"))))
                .filter(word -> word.length() >= SHORTEST_LOOKED_FOR
                        && !PLAIN_WORDS.contains(word)
                        && !word.endsWith("LoginModule"))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed());
    }
}
