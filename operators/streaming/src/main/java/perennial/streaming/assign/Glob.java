package perennial.streaming.assign;

/** Names with wildcards: {@code *} stands for any characters or none, {@code ?} for exactly one. */
public final class Glob {

    private Glob() {}

    /** Whether the whole of {@code text} matches {@code pattern}, in time of at most their product. */
    public static boolean matches(String pattern, String text) {
        int at = 0;
        int place = 0;
        int star = -1;
        int starPlace = 0;
        while (place < text.length()) {
            // The star is looked at first: a text may itself have one in this place.
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                starPlace = place;
            } else if (at < pattern.length()
                    && (pattern.charAt(at) == '?' || pattern.charAt(at) == text.charAt(place))) {
                at++;
                place++;
            } else if (star >= 0) {
                // Let the last star swallow one character more, and try again from there.
                at = star + 1;
                place = ++starPlace;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
