package perennial.jobs.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.CaseUtils;

/** Constants, sizes and times as they are written on the command line and in tables. */
final class Words {

    private Words() {}

    /** A constant: unknownStream for UNKNOWN_STREAM. */
    static String of(Enum<?> constant) {
        return CaseUtils.toCamelCase(constant.name(), false, '_');
    }

    static List<String> of(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Words::of).toList();
    }

    /** So many bytes. */
    static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** How long ago something was. */
    static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + " s ago";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + " h ago" : seconds / 86400 + " days ago";
    }
}
