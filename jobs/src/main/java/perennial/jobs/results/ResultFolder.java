package perennial.jobs.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perennial.v1.TaskSummary;

/** Writes what a run found into a folder: one CSV row per learner and task, and a plot per quantity with a line per learner. */
public final class ResultFolder {

    /** One quantity of a task summary that is plotted over tasks, times a factor that makes it a number one can read. */
    private record Quantity(String file, String title, Function<TaskSummary, Double> value, double factor) {}

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity(
                    "online-accuracy",
                    "Average online accuracy of each task",
                    TaskSummary::getAverageOnlineAccuracy,
                    1),
            new Quantity("parameter-norm", "Parameter norm at the end of each task", TaskSummary::getParameterNorm, 1),
            new Quantity(
                    "effective-learning-rate",
                    "Effective learning rate at the end of each task, in millionths",
                    TaskSummary::getEffectiveLearningRate,
                    1e6),
            new Quantity("dead-units", "Dead units at the end of each task (fraction)", TaskSummary::getDeadUnits, 1));

    private final Path folder;

    /** @param folder made where it is missing */
    public ResultFolder(Path folder) {
        this.folder = folder;
    }

    /** Writes {@code tasks.csv} and the plots, and returns the files. */
    public List<Path> write(TaskResults results) {
        try {
            Files.createDirectories(folder);
            List<Path> files = new ArrayList<>();
            files.add(writeCsv(results));
            for (Quantity quantity : QUANTITIES) {
                Path plot = plot(quantity, results);
                if (plot != null) {
                    files.add(plot);
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("the results could not be written to " + folder, e);
        }
    }

    private Path writeCsv(TaskResults results) throws IOException {
        Path file = folder.resolve("tasks.csv");
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setRecordSeparator('\n')
                .setHeader(
                        "learner",
                        "variant",
                        "task",
                        "updates",
                        "records",
                        "averageOnlineAccuracy",
                        "firstLoss",
                        "lastLoss",
                        "averageLoss",
                        "parameterNorm",
                        "effectiveLearningRate",
                        "deadUnits",
                        "divergences",
                        "configHash",
                        "codeVersion",
                        "engine")
                .get();
        try (Writer writer = Files.newBufferedWriter(file);
                CSVPrinter printer = new CSVPrinter(writer, format)) {
            for (String learner : results.learners()) {
                for (TaskSummary task : results.of(learner)) {
                    printer.printRecord(
                            task.getLearner(),
                            task.getVariant(),
                            task.getTask(),
                            task.getUpdates(),
                            task.getRecords(),
                            task.getAverageOnlineAccuracy(),
                            task.getFirstLoss(),
                            task.getLastLoss(),
                            task.getAverageLoss(),
                            task.getParameterNorm(),
                            task.getEffectiveLearningRate(),
                            task.getDeadUnits(),
                            task.getDivergences(),
                            task.getConfigHash(),
                            task.getCodeVersion(),
                            task.getEngine());
                }
            }
        }
        return file;
    }

    /** Draws one quantity, or nothing and null where no learner has it. */
    private Path plot(Quantity quantity, TaskResults results) throws IOException {
        Plot plot = new Plot(quantity.title, "task");
        for (String learner : results.learners()) {
            List<Double> tasks = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            for (TaskSummary summary : results.of(learner)) {
                Double value = quantity.value.apply(summary);
                if (value != null) {
                    tasks.add((double) summary.getTask());
                    values.add(value * quantity.factor);
                }
            }
            plot.line(learner, tasks, values);
        }
        return written(plot, quantity.file);
    }

    private Path written(Plot plot, String name) throws IOException {
        if (plot.isEmpty()) {
            return null;
        }
        Path file = folder.resolve(name + ".png");
        plot.writePng(file);
        return file;
    }

    /** Writes {@code episodes.csv} and a plot of the mean return over steps, and returns the files. */
    public List<Path> write(PlayResults results) {
        try {
            Files.createDirectories(folder);
            List<Path> files = new ArrayList<>();
            files.add(writeCsv(results));
            Plot plot = new Plot("Mean return of the episodes from one report to the next", "steps learned from");
            for (String learner : results.learners()) {
                List<PlayResults.Point> points = results.of(learner).stream()
                        .filter(point -> point.meanReturn() != null)
                        .toList();
                plot.line(
                        learner,
                        points.stream().map(point -> (double) point.steps()).toList(),
                        points.stream().map(PlayResults.Point::meanReturn).toList());
            }
            Path file = written(plot, "episode-return");
            if (file != null) {
                files.add(file);
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("the results could not be written to " + folder, e);
        }
    }

    private Path writeCsv(PlayResults results) throws IOException {
        Path file = folder.resolve("episodes.csv");
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setRecordSeparator('\n')
                .setHeader("learner", "variant", "update", "steps", "episodes", "meanReturn", "loss", "parameterNorm")
                .get();
        try (Writer writer = Files.newBufferedWriter(file);
                CSVPrinter printer = new CSVPrinter(writer, format)) {
            for (String learner : results.learners()) {
                for (PlayResults.Point point : results.of(learner)) {
                    printer.printRecord(
                            learner,
                            point.report().getVariant(),
                            point.report().getUpdate(),
                            point.steps(),
                            point.episodes(),
                            point.meanReturn(),
                            point.report().getLoss(),
                            point.report().getParameterNorm());
                }
            }
        }
        return file;
    }
}
