package perennial.jobs.sweep;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perennial.jobs.config.ResultSection;
import perennial.jobs.config.ResultSection.Scale;
import perennial.jobs.results.Estimate;
import perennial.jobs.results.Plot;
import perennial.jobs.sweep.ResultTable.Line;

/** Writes one result of a sweep: its lines as CSV, and each plot as PNG and SVG. */
final class ResultFiles {

    /** Above this ratio of the largest value to the smallest, values of an axis are spread by their logarithms. */
    private static final double WIDE = 20;

    private final Path folder;

    /** @param folder where the files go; it exists */
    ResultFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes the files, and returns the names of the bitmaps. */
    List<String> write(ResultTable table) throws IOException {
        writeCsv(table);
        Map<String, List<Line>> charts = new LinkedHashMap<>();
        table.lines().forEach(line -> charts.computeIfAbsent(line.chart(), chart -> new ArrayList<>())
                .add(line));
        List<String> bitmaps = new ArrayList<>();
        for (Map.Entry<String, List<Line>> chart : charts.entrySet()) {
            String name = table.section().file() + (chart.getKey().isEmpty() ? "" : "-" + chart.getKey());
            Plot plot = plot(table, chart.getKey(), chart.getValue());
            if (!plot.isEmpty()) {
                plot.writePng(folder.resolve(name + ".png"));
                plot.writeSvg(folder.resolve(name + ".svg"));
                bitmaps.add(name + ".png");
            }
        }
        return bitmaps;
    }

    private static Plot plot(ResultTable table, String chart, List<Line> lines) {
        ResultSection section = table.section();
        Plot plot = new Plot(section.title() + (chart.isEmpty() ? "" : ": " + chart), section.over());
        boolean negative = lines.stream().flatMap(line -> line.y().stream()).anyMatch(estimate -> estimate.mean() < 0);
        if (section.scale() == Scale.LOGARITHMIC) {
            plot.logarithmic();
        } else if (negative) {
            plot.anySign();
        }
        if (!table.names().isEmpty()) {
            plot.named(table.names());
        } else if (!section.overRun() && isWide(lines)) {
            plot.logarithmicX();
        }
        lines.forEach(line -> plot.estimates(line.name(), line.x(), line.y()));
        return plot;
    }

    private static boolean isWide(List<Line> lines) {
        double smallest = lines.stream()
                .flatMap(line -> line.x().stream())
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
        double largest = lines.stream()
                .flatMap(line -> line.x().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        return smallest > 0 && largest / smallest > WIDE;
    }

    private void writeCsv(ResultTable table) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setRecordSeparator('\n')
                .setHeader("chart", "line", table.section().over(), "mean", "low", "high", "runs")
                .get();
        try (Writer writer =
                        Files.newBufferedWriter(folder.resolve(table.section().file() + ".csv"));
                CSVPrinter printer = new CSVPrinter(writer, format)) {
            for (Line line : table.lines()) {
                for (int i = 0; i < line.x().size(); i++) {
                    Estimate estimate = line.y().get(i);
                    if (estimate.runs() > 0) {
                        Object place = table.names().isEmpty()
                                ? line.x().get(i)
                                : table.names().get(line.x().get(i).intValue());
                        printer.printRecord(
                                line.chart(),
                                line.name(),
                                place,
                                estimate.mean(),
                                estimate.low(),
                                estimate.high(),
                                estimate.runs());
                    }
                }
            }
        }
    }
}
