package perennial.environment;

import java.util.ArrayList;
import java.util.List;

/**
 * One entry of an {@link EnvironmentSchedule}: what is altered, and when.
 *
 * @param step steps, over all episodes, that are made before the change
 * @param moment what happens to the episode that is under way then
 * @param alteration what is altered
 */
public record ScheduledChange(long step, Moment moment, Alteration alteration) {

    /** When exactly a change comes; always between two episodes, so that no transition has a foot on either side. */
    public enum Moment {
        /** At the step named: the episode under way is truncated. */
        CUT,
        /** As soon as the episode under way has ended by itself. */
        NEXT_EPISODE
    }

    public ScheduledChange {
        if (step < 1) {
            throw new IllegalArgumentException("a change must come after a step at least: step=" + step
                    + "; what holds from the beginning belongs into the options");
        }
    }

    /**
     * Reads a change from a line: a step, optionally {@code next} for {@link Moment#NEXT_EPISODE}, then one of {@code set
     * OPTION=VALUE}, {@code switch NAME}, {@code permute-actions [ORDER]}, {@code permute-channels [ORDER]}, an order being
     * numbers with commas between, such as {@code 5000 permute-actions 2,0,1}.
     *
     * @throws IllegalArgumentException if the line says something else
     */
    public static ScheduledChange parse(String line) {
        List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+")));
        try {
            long step = Long.parseLong(words.remove(0));
            Moment moment = Moment.CUT;
            if (!words.isEmpty() && words.get(0).equals("next")) {
                words.remove(0);
                moment = Moment.NEXT_EPISODE;
            }
            if (!words.isEmpty() && words.size() <= 2) {
                String argument = words.size() == 2 ? words.get(1) : "";
                Alteration alteration = alteration(words.get(0), argument);
                if (alteration != null) {
                    return new ScheduledChange(step, moment, alteration);
                }
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(unreadable(line), e);
        }
        throw new IllegalArgumentException(unreadable(line));
    }

    private static Alteration alteration(String what, String argument) {
        int equals = argument.indexOf('=');
        return switch (what) {
            case "set" ->
                equals < 1
                        ? null
                        : new Alteration.OptionValue(argument.substring(0, equals), argument.substring(equals + 1));
            case "switch" -> argument.isEmpty() ? null : new Alteration.Switch(argument);
            case "permute-actions" -> new Alteration.ActionPermutation(order(argument));
            case "permute-channels" -> new Alteration.ChannelPermutation(order(argument));
            default -> null;
        };
    }

    private static List<Integer> order(String argument) {
        List<Integer> order = new ArrayList<>();
        if (!argument.isEmpty()) {
            for (String number : argument.split(",", -1)) {
                order.add(Integer.valueOf(number));
            }
        }
        return order;
    }

    private static String unreadable(String line) {
        return "a scheduled change must read STEP [next] followed by set OPTION=VALUE, switch NAME, permute-actions [ORDER]"
                + " or permute-channels [ORDER]: line=" + line;
    }
}
