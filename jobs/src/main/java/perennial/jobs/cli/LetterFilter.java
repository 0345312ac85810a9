package perennial.jobs.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perennial.jobs.UserException;
import perennial.jobs.kafka.StoredLetter;
import perennial.streaming.assign.Glob;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import picocli.CommandLine.Option;

/** Which dead letters are meant, a mixin for picocli; without options all are. */
final class LetterFilter {

    private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})?(-)?(\\d{1,18})?");

    @Option(
            names = {"-r", "--reason"},
            paramLabel = "REASON",
            description = "Only of this reason, for example unknownStream; may be given again and again.")
    private List<String> reasons = new ArrayList<>();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Only records that came from this topic.")
    private String topic;

    @Option(names = "--partition", paramLabel = "N", description = "Only records that came from this partition.")
    private Integer partition;

    @Option(
            names = "--offsets",
            paramLabel = "FROM-TO",
            description = "Only records that stood at these offsets, both included: 17, 17-, -99, 17-99.")
    private String offsets;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only letters written since then: 2026-03-01T03:00:00Z, or 30m, 2h, 7d ago.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only letters written before then.")
    private String until;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "Only records of this stream, as far as it can be told; * stands for anything.")
    private String stream;

    /**
     * The filter that was asked for.
     *
     * @throws UserException where it was asked for wrongly
     */
    Predicate<StoredLetter> predicate() {
        List<DeadLetterReason> wanted =
                reasons.stream().map(LetterFilter::reason).toList();
        long[] range = range();
        Instant from = since == null ? Instant.MIN : time("--since", since);
        Instant to = until == null ? Instant.MAX : time("--until", until);
        return stored -> {
            DeadLetter letter = stored.letter();
            return (wanted.isEmpty() || wanted.contains(letter.getReason()))
                    && (topic == null || topic.equals(letter.getTopic()))
                    && (partition == null || partition == letter.getPartition())
                    && letter.getOffset() >= range[0]
                    && letter.getOffset() <= range[1]
                    && !stored.written().isBefore(from)
                    && stored.written().isBefore(to)
                    && (stream == null
                            || stored.glimpse().stream() != null && Glob.matches(stream, stored.glimpse().stream()));
        };
    }

    private static DeadLetterReason reason(String text) {
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            if (Words.of(reason).equalsIgnoreCase(text) || reason.name().equalsIgnoreCase(text)) {
                return reason;
            }
        }
        throw UserException.usage(
                "--reason must be one of " + Words.of(DeadLetterReason.values()) + ": reason=" + text);
    }

    private long[] range() {
        if (offsets == null) {
            return new long[] {0, Long.MAX_VALUE};
        }
        Matcher matcher = RANGE.matcher(offsets);
        if (!matcher.matches() || matcher.group(1) == null && matcher.group(3) == null) {
            throw UserException.usage("--offsets must be written as 17, 17-, -99 or 17-99: offsets=" + offsets);
        }
        long from = matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1));
        if (matcher.group(2) == null) {
            return new long[] {from, from};
        }
        return new long[] {from, matcher.group(3) == null ? Long.MAX_VALUE : Long.parseLong(matcher.group(3))};
    }

    /** The time that {@code text} says, which was given with {@code option}: a time, or how long ago it is. */
    static Instant time(String option, String text) {
        Matcher ago = AGO.matcher(text);
        try {
            if (ago.matches()) {
                long count = Long.parseLong(ago.group(1));
                Duration duration =
                        switch (ago.group(2)) {
                            case "s" -> Duration.ofSeconds(count);
                            case "m" -> Duration.ofMinutes(count);
                            case "h" -> Duration.ofHours(count);
                            default -> Duration.ofDays(count);
                        };
                return Instant.now().minus(duration);
            }
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw UserException.usage(option + " must be a time as in 2026-03-01T03:00:00Z, or a time ago as in 30m, 2h"
                    + " or 7d: found=" + text);
        }
    }
}
