package perennial.jobs.cli;

/** Somebody else's text on a terminal: without what would move its cursor, break its lines or change its colours. */
final class Printable {

    private Printable() {}

    /** {@code text} with a space in the place of each control character. */
    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return printable.toString();
    }
}
