package perennial.jobs.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** What was probably meant by a word that is not known. */
public final class Nearest {

    /** Below this similarity (from 0 to 1) a guess would puzzle more than help. */
    private static final double ENOUGH = 0.75;

    private static final JaroWinklerSimilarity SIMILARITY = new JaroWinklerSimilarity();

    private Nearest() {}

    /** {@code "; did you mean X?"} where a known word is near, and in any case the list of known words. */
    public static String hint(String word, Collection<String> known) {
        String guess = known.stream()
                .max(Comparator.comparingDouble(candidate -> similarity(word, candidate)))
                .filter(candidate -> similarity(word, candidate) >= ENOUGH)
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse(";");
        return guess + " allowed: " + String.join(", ", known);
    }

    private static double similarity(String left, String right) {
        return SIMILARITY.apply(left.toLowerCase(Locale.ROOT), right.toLowerCase(Locale.ROOT));
    }
}
