package perennial.jobs.config;

import java.util.List;

/** One quantity that a sweep plots and tabulates. */
public record ResultSection(
        @Option(
                description =
                        "the quantity: a number of the task summary, or of the report that came last, by the name it"
                                + " has there; or episodeReturn, the mean return of the episodes that ended since the point before")
        String value,

        @Option(description = "title of its plots; empty for the quantity's name", defaultValue = "")
        String title,

        @Option(description = "name of its files; empty for the quantity's name", defaultValue = "")
        String file,

        @Option(
                description =
                        "what it is plotted over: task, update or record (example or transition), or the name of an axis;"
                                + " then each learner counts with the mean of the last fifth of its points",
                defaultValue = "task")
        String over,

        @Option(description = "axes that get a plot for each combination of their variants", defaultValue = "[]")
        List<String> charts,

        @Option(
                description =
                        "axes that get a line for each combination of their variants; empty for all that are left;"
                                + " axes named nowhere are averaged over, like seeds",
                defaultValue = "[]")
        List<String> lines,

        @Option(
                description =
                        "an axis of two variants: instead of the quantity, the size of its difference between the two, learner"
                                + " by learner",
                defaultValue = "")
        String difference,

        @Option(
                description = "points of a line over updates or records, each the mean over its part of the run",
                defaultValue = "40",
                range = "[1, 10000]")
        int points,

        @Option(description = "scale of the quantity", defaultValue = "linear")
        Scale scale) {

    /** Over the tasks that label resets divide the stream into. */
    public static final String TASK = "task";

    /** Over updates. */
    public static final String UPDATE = "update";

    /** Over examples or transitions. */
    public static final String RECORD = "record";

    /** The mean return of the episodes that ended since the point before. */
    public static final String EPISODE_RETURN = "episodeReturn";

    /** Scale of an axis of a plot. */
    public enum Scale {
        LINEAR,
        LOGARITHMIC
    }

    public ResultSection {
        title = title.isEmpty() ? value : title;
        file = file.isEmpty() ? value : file;
        if (!file.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "a result's file may have letters, digits, dot, underscore and minus: file=" + file);
        }
        charts = List.copyOf(charts);
        lines = List.copyOf(lines);
    }

    /** Whether it is plotted over the run itself: its tasks, updates or records. */
    public boolean overRun() {
        return over.equals(TASK) || over.equals(UPDATE) || over.equals(RECORD);
    }
}
