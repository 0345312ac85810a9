package perennial.jobs.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What processes hold of memory, files, threads and metaspace, sampled again and again into a CSV file. Linux only: it reads
 * {@code /proc}, and asks the JDK's {@code jstat}.
 */
final class ProcessSamples implements AutoCloseable {

    private final PrintWriter csv;
    private final long start = System.nanoTime();
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    /**
     * One look at one process.
     *
     * @param hours since the first
     * @param pid process id
     * @param residentMiB resident memory
     * @param openFiles file descriptors
     * @param threads threads of the operating system
     * @param metaspaceMiB metaspace that is used
     */
    record Sample(double hours, long pid, double residentMiB, int openFiles, int threads, double metaspaceMiB) {}

    /**
     * How a quantity changes.
     *
     * @param first mean of the first tenth
     * @param last mean of the last tenth
     * @param perHour slope of the least squares line
     */
    record Trend(double first, double last, double perHour) {

        static Trend of(List<Sample> samples, java.util.function.ToDoubleFunction<Sample> quantity) {
            double meanX = samples.stream().mapToDouble(Sample::hours).average().orElse(0);
            double meanY = samples.stream().mapToDouble(quantity).average().orElse(0);
            double products = 0;
            double squares = 0;
            for (Sample sample : samples) {
                products += (sample.hours() - meanX) * (quantity.applyAsDouble(sample) - meanY);
                squares += (sample.hours() - meanX) * (sample.hours() - meanX);
            }
            int tenth = Math.max(1, samples.size() / 10);
            return new Trend(
                    mean(samples.subList(0, tenth), quantity),
                    mean(samples.subList(samples.size() - tenth, samples.size()), quantity),
                    squares == 0 ? 0 : products / squares);
        }

        private static double mean(List<Sample> samples, java.util.function.ToDoubleFunction<Sample> quantity) {
            return samples.stream().mapToDouble(quantity).average().orElse(0);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f to %.1f, %+.2f an hour", first, last, perHour);
        }
    }

    ProcessSamples(Path file) throws IOException {
        csv = new PrintWriter(Files.newBufferedWriter(file), true);
        csv.println("second,process,pid,residentMiB,openFiles,threads,metaspaceMiB");
    }

    /** Looks at a process; one that is not there is passed over. */
    void take(String name, long pid) throws IOException, InterruptedException {
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            Map<String, String> status = new LinkedHashMap<>();
            for (String line : Files.readAllLines(proc.resolve("status"))) {
                String[] parts = line.split(":\\s*", 2);
                status.put(parts[0], parts[1]);
            }
            int files;
            try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
                files = (int) open.count();
            }
            Sample sample = new Sample(
                    (System.nanoTime() - start) / 3.6e12,
                    pid,
                    Long.parseLong(status.get("VmRSS").replaceAll("\\D", "")) / 1024.0,
                    files,
                    Integer.parseInt(status.get("Threads")),
                    metaspaceMiB(pid));
            samples.computeIfAbsent(name, key -> new ArrayList<>()).add(sample);
            csv.printf(
                    Locale.ROOT,
                    "%.0f,%s,%d,%.1f,%d,%d,%.2f%n",
                    sample.hours() * 3600,
                    name,
                    pid,
                    sample.residentMiB(),
                    files,
                    sample.threads(),
                    sample.metaspaceMiB());
        } catch (NoSuchFileException | NumberFormatException | NullPointerException e) {
            // It died while it was looked at.
            csv.flush();
        }
    }

    /** What was seen of a process since {@code hours}. */
    List<Sample> of(String name, double hours) {
        return samples.get(name).stream()
                .filter(sample -> sample.hours() >= hours)
                .toList();
    }

    /** One line for each quantity of a process. */
    String trends(String name, double sinceHours) {
        List<Sample> since = of(name, sinceHours);
        return String.format(
                Locale.ROOT,
                "%s (%d samples)%n  resident MiB: %s%n  open files:   %s%n  threads:      %s%n  metaspace MiB: %s%n",
                name,
                since.size(),
                Trend.of(since, Sample::residentMiB),
                Trend.of(since, Sample::openFiles),
                Trend.of(since, Sample::threads),
                Trend.of(since, Sample::metaspaceMiB));
    }

    /** Unloads what nobody uses any longer, so that metaspace shows what is really held. */
    static void collectGarbage(long pid) throws IOException, InterruptedException {
        tool("jcmd", Long.toString(pid), "GC.run");
    }

    private static double metaspaceMiB(long pid) throws IOException, InterruptedException {
        String[] lines = tool("jstat", "-gc", Long.toString(pid)).split("\n");
        String[] names = lines[0].trim().split("\\s+");
        String[] values = lines[1].trim().split("\\s+");
        return Double.parseDouble(values[Arrays.asList(names).indexOf("MU")]) / 1024;
    }

    private static String tool(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor(1, TimeUnit.MINUTES);
        return output.contains("\n") && output.trim().contains("\n") ? output : output + "\n\n";
    }

    @Override
    public void close() {
        csv.close();
    }
}
