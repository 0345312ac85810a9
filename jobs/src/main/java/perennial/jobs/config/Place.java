package perennial.jobs.config;

/**
 * Where a value was written: a line of a file, or the command line.
 *
 * @param source name of the file, or {@code --set}
 * @param line line, from 1; 0 where there are no lines
 */
record Place(String source, int line) {

    @Override
    public String toString() {
        return line > 0 ? source + ":" + line : source;
    }
}
