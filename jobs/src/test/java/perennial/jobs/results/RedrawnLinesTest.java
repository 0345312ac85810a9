package perennial.jobs.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RedrawnLinesTest {

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text, true);
    private final RedrawnLines lines = new RedrawnLines(out);

    @Test
    void shouldDrawInTheSamePlaceBelowWhatStandsThere() {
        out.println("before");
        lines.draw(List.of("long line", "two"));
        lines.draw(List.of("line", "zwei"));

        assertThat(screen()).containsExactly("before", "", "line", "zwei");
    }

    @Test
    void shouldKeepWhatOthersPrintMeanwhileAndDrawBelowIt() {
        lines.draw(List.of("one", "two"));
        out.println("a warning");
        lines.draw(List.of("eins", "zwei"));
        lines.draw(List.of("un", "deux"));

        assertThat(screen()).containsExactly("a warning", "", "un", "deux");
    }

    @Test
    void shouldLeaveTheLastDrawingAboveWhatComesAfterTheEnd() {
        lines.draw(List.of("one", "two"));
        lines.end();
        lines.end();
        out.println("after");

        assertThat(screen()).containsExactly("", "one", "two", "after");
    }

    /** What a terminal shows of the text: knows lines, the cursor's ways up and down, and clearing. */
    private List<String> screen() {
        List<String> screen = new ArrayList<>();
        int row = 0;
        Matcher token =
                Pattern.compile("\u001b\\[(\\d*)([ABJ])|\n|[^\u001b\n]+").matcher(text.toString());
        while (token.find()) {
            while (screen.size() <= row) {
                screen.add("");
            }
            String sequence = token.group(2);
            if (sequence == null && token.group().equals("\n")) {
                row++;
            } else if (sequence == null) {
                // Written over what stands there, from the line's beginning: nothing here prints parts of lines.
                String there = screen.get(row);
                String rest = there.length() > token.group().length()
                        ? there.substring(token.group().length())
                        : "";
                screen.set(row, token.group() + rest);
            } else if (sequence.equals("J")) {
                screen.subList(row + 1, screen.size()).clear();
                screen.set(row, "");
            } else {
                row += (sequence.equals("A") ? -1 : 1) * Integer.parseInt(token.group(1));
            }
        }
        while (screen.get(screen.size() - 1).isEmpty()) {
            screen.remove(screen.size() - 1);
        }
        return screen;
    }
}
