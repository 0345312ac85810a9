package perennial.jobs.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What processes hold of memory, heap, files, threads and metaspace, sampled again and again into a CSV file, each time after a full
 * collection: what is left then is held. Linux only: it reads {@code /proc}, and asks the JDK's {@code jcmd} and {@code jstat}.
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
     * @param heapMiB heap that is used
     * @param metaspaceMiB metaspace that is used
     */
    record Sample(
            double hours,
            long pid,
            double residentMiB,
            int openFiles,
            int threads,
            double heapMiB,
            double metaspaceMiB) {}

    /**
     * How a quantity changes.
     *
     * @param first mean of the first tenth
     * @param last mean of the last tenth
     * @param perHour slope of the least squares line
     */
    record Trend(double first, double last, double perHour) {

        double growth() {
            return last - first;
        }

        static Trend of(List<Sample> samples, ToDoubleFunction<Sample> quantity) {
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

        private static double mean(List<Sample> samples, ToDoubleFunction<Sample> quantity) {
            return samples.stream().mapToDouble(quantity).average().orElse(0);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f to %.1f, %+.2f an hour", first, last, perHour);
        }
    }

    ProcessSamples(Path file) throws IOException {
        csv = new PrintWriter(Files.newBufferedWriter(file), true);
        csv.println("second,process,pid,residentMiB,openFiles,threads,heapMiB,metaspaceMiB");
    }

    /** Looks at a process; one that is not there is passed over. */
    void take(String name, long pid) throws IOException, InterruptedException {
        Optional<Sample> found = look(pid);
        if (found.isEmpty()) {
            return;
        }
        Sample sample = found.get();
        samples.computeIfAbsent(name, key -> new ArrayList<>()).add(sample);
        csv.printf(
                Locale.ROOT,
                "%.0f,%s,%d,%.1f,%d,%d,%.2f,%.2f%n",
                sample.hours() * 3600,
                name,
                pid,
                sample.residentMiB(),
                sample.openFiles(),
                sample.threads(),
                sample.heapMiB(),
                sample.metaspaceMiB());
    }

    private Optional<Sample> look(long pid) throws IOException, InterruptedException {
        tool("jcmd", Long.toString(pid), "GC.run");
        Path proc = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            int files = (int) open.count();
            List<String> status = Files.readAllLines(proc.resolve("status"));
            OptionalLong resident = number(status, "VmRSS:");
            OptionalLong threads = number(status, "Threads:");
            Map<String, Double> used = usedMiB(pid);
            if (resident.isEmpty() || threads.isEmpty() || used.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Sample(
                    (System.nanoTime() - start) / 3.6e12,
                    pid,
                    resident.getAsLong() / 1024.0,
                    files,
                    (int) threads.getAsLong(),
                    used.get("S0U") + used.get("S1U") + used.get("EU") + used.get("OU"),
                    used.get("MU")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    /** What was seen of a process since {@code hours}. */
    List<Sample> of(String name, double hours) {
        return samples.get(name).stream()
                .filter(sample -> sample.hours() >= hours)
                .toList();
    }

    /** How the number of a process' threads changes. */
    Trend threads(String name, double sinceHours) {
        return Trend.of(of(name, sinceHours), Sample::threads);
    }

    /** How the number of a process' open files changes. */
    Trend openFiles(String name, double sinceHours) {
        return Trend.of(of(name, sinceHours), Sample::openFiles);
    }

    /** How the heap that a process holds changes. */
    Trend heap(String name, double sinceHours) {
        return Trend.of(of(name, sinceHours), Sample::heapMiB);
    }

    /** How the metaspace that a process holds changes. */
    Trend metaspace(String name, double sinceHours) {
        return Trend.of(of(name, sinceHours), Sample::metaspaceMiB);
    }

    /** One line for each quantity of a process. */
    String trends(String name, double sinceHours) {
        List<Sample> since = of(name, sinceHours);
        return String.format(
                Locale.ROOT,
                "%s (%d samples)%n  resident MiB:  %s%n  heap MiB:      %s%n  metaspace MiB: %s%n  threads:       %s%n"
                        + "  open files:    %s%n",
                name,
                since.size(),
                Trend.of(since, Sample::residentMiB),
                heap(name, sinceHours),
                metaspace(name, sinceHours),
                threads(name, sinceHours),
                openFiles(name, sinceHours));
    }

    /** What jstat says of each part of the memory by its name there; empty where the process has ended meanwhile. */
    private static Map<String, Double> usedMiB(long pid) throws IOException, InterruptedException {
        List<String> lines = tool("jstat", "-gc", Long.toString(pid)).lines().toList();
        Map<String, Double> used = new HashMap<>();
        if (lines.size() == 2) {
            String[] names = lines.get(0).trim().split("\\s+");
            String[] values = lines.get(1).trim().split("\\s+");
            for (int i = 0; i < names.length; i++) {
                if (names[i].endsWith("U")) {
                    used.put(names[i], Double.parseDouble(values[i]) / 1024);
                }
            }
        }
        return used;
    }

    private static String tool(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Override
    public void close() {
        csv.close();
    }
}
