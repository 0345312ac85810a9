package perennial.jobs.sweep;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.UserException;
import perennial.jobs.config.Sweep;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.RunningJob;
import perennial.jobs.graph.FileJob;
import perennial.jobs.graph.FileJob.RunFiles;
import perennial.jobs.graph.InitialWeights;
import perennial.streaming.LearnerTopology;

/**
 * Runs a sweep in its output folder as one job on an embedded Flink, and writes what came of it. A run that was interrupted, in
 * whatever way, is gone on with where its last checkpoint was.
 */
public final class SweepRun {

    private static final String CHECKPOINT_INTERVAL = "30 s";

    /** Failures in a row after which a sweep ends: its learners need nothing that would come back by itself. */
    private static final String RESTARTS = "3";

    private final Sweep sweep;
    private final SweepFolder folder;
    private final int taskManagers;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * @param folder output folder, made where it is missing
     * @param taskManagers task managers that share the learners
     * @param out where the summary is shown
     * @param err where progress is shown
     */
    public SweepRun(Sweep sweep, Path folder, int taskManagers, PrintWriter out, PrintWriter err) {
        this.sweep = sweep;
        this.folder = new SweepFolder(folder);
        this.taskManagers = taskManagers;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs what is left of the sweep.
     *
     * @param fresh whether what an earlier run left in the folder is removed first
     * @return whether all learners have come to their end
     * @throws UserException if the folder holds another sweep, or the job fails
     */
    public boolean run(boolean fresh) throws IOException {
        if (fresh) {
            folder.clear();
        }
        switch (folder.before(sweep)) {
            case ANOTHER_SWEEP ->
                throw UserException.usage(folder.path()
                        + " holds another sweep, or this one with other settings; give another --output, or --fresh to"
                        + " replace it");
            case LEARNED -> err.println("all learners came to their end before; only the results are written anew");
            case NOTHING, BEGUN -> learn();
        }
        err.flush();
        if (!Files.exists(folder.records())) {
            return false;
        }
        writeResults();
        folder.removeState();
        return true;
    }

    private void learn() throws IOException {
        org.apache.flink.configuration.Configuration options = options();
        Optional<Path> checkpoint = Checkpoints.newest(folder.state(), err::println);
        checkpoint.ifPresent(path ->
                FlinkOptions.resumeFrom(options, path.toAbsolutePath().toUri().toString()));
        folder.begin(sweep);
        int parallelism = options.get(CoreOptions.DEFAULT_PARALLELISM);
        err.printf(
                Locale.ROOT,
                "%s: %d learners over %d slots%s%n",
                sweep.name(),
                sweep.configuration().learners().size(),
                parallelism,
                checkpoint.map(path -> ", going on from " + path.getFileName()).orElse(""));
        err.flush();
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, parallelism, taskManagers)) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            FileJob.describe(
                    environment,
                    sweep.configuration(),
                    InitialWeights.none(),
                    new RunFiles(null, folder.records(), folder.deadLetters(), null));
            JobID job = flink.submit(environment, sweep.name());
            Path parts = folder.records().resolveSibling(folder.records().getFileName() + ".parts");
            new RunningJob(flink, job, err)
                    .await(
                            folder.state().resolve("savepoints"),
                            LearnerTopology.LEARNERS,
                            new SweepProgress(sweep, parts, System::nanoTime));
        }
    }

    /** Flink's options: what the sweep says, and where it does not, a slot for each core, checkpoints, and an end to failures. */
    private org.apache.flink.configuration.Configuration options() {
        Map<String, String> given = new HashMap<>(sweep.configuration().flink());
        int slots = Math.min(
                Runtime.getRuntime().availableProcessors(),
                sweep.configuration().learners().size());
        given.putIfAbsent(CoreOptions.DEFAULT_PARALLELISM.key(), Integer.toString(slots));
        given.putIfAbsent(CheckpointingOptions.CHECKPOINTING_INTERVAL.key(), CHECKPOINT_INTERVAL);
        given.putIfAbsent(RestartStrategyOptions.RESTART_STRATEGY.key(), "fixed-delay");
        given.putIfAbsent(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS.key(), RESTARTS);
        return FlinkOptions.effective(given, folder.state());
    }

    private void writeResults() throws IOException {
        SweepResults results = SweepResults.read(sweep, folder.records());
        TaskCsv.write(results, folder.path().resolve("tasks.csv"));
        List<ResultTable> tables = results.tables();
        List<List<String>> bitmaps = new ArrayList<>();
        ResultFiles files = new ResultFiles(folder.path());
        for (ResultTable table : tables) {
            bitmaps.add(files.write(table));
        }
        String summary = SweepSummary.markdown(results, tables, bitmaps);
        Files.writeString(folder.path().resolve("summary.md"), summary);
        out.print(
                summary.lines().filter(line -> !line.startsWith("![")).reduce("", (text, line) -> text + line + "\n"));
        out.println("results in " + folder.path());
        out.flush();
    }
}
