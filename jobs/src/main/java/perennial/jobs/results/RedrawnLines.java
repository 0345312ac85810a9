package perennial.jobs.results;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Lines on a terminal that are drawn again in the same place, by ANSI control sequences. Not thread-safe. */
public final class RedrawnLines {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";

    private final PrintWriter out;
    private int drawn;

    /** @param out the terminal */
    public RedrawnLines(PrintWriter out) {
        this.out = out;
    }

    /** Draws {@code lines} over those drawn before. */
    public void draw(List<String> lines) {
        if (drawn > 0) {
            out.print(String.format(Locale.ROOT, UP, drawn));
        }
        for (String line : lines) {
            out.print(line);
            out.println(CLEAR_TO_END_OF_LINE);
        }
        out.flush();
        drawn = lines.size();
    }
}
