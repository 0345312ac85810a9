package perennial.jobs.results;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Lines on a terminal that are drawn again in the same place, by ANSI control sequences. Between two drawings the cursor stands on an
 * empty line above them, so that what others print, such as a warning, stays, and the lines are drawn below it. Not thread-safe.
 */
public final class RedrawnLines {

    private static final String CLEAR_TO_END_OF_SCREEN = "\u001b[J";
    private static final String UP = "\u001b[%dA";
    private static final String DOWN = "\u001b[%dB";

    private final PrintWriter out;
    private int drawn;

    /** @param out the terminal */
    public RedrawnLines(PrintWriter out) {
        this.out = out;
    }

    /** Draws {@code lines} over those drawn before. */
    public void draw(List<String> lines) {
        out.print(CLEAR_TO_END_OF_SCREEN);
        out.println();
        lines.forEach(out::println);
        drawn = lines.size() + 1;
        out.print(String.format(Locale.ROOT, UP, drawn));
        out.flush();
    }

    /** Leaves the lines as they are: what is printed from now on comes below them. */
    public void end() {
        if (drawn > 0) {
            out.print(String.format(Locale.ROOT, DOWN, drawn));
            out.flush();
            drawn = 0;
        }
    }
}
