package perennial.jobs.sweep;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import perennial.jobs.config.Sweep;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.flink.RunningJob;
import perennial.schemas.JsonRecords;
import perennial.schemas.UndecodableRecordException;
import perennial.v1.PlasticityReport;

/**
 * How far a sweep is, read off the last report that each learner has written so far, and how long it will take at that speed. Not
 * thread-safe.
 */
final class SweepProgress implements RunningJob.Account {

    /** The end of a file that certainly holds a whole report, unless a network has thousands of layers. */
    private static final int TAIL_BYTES = 256 * 1024;

    private final Path parts;
    private final Map<String, Long> records;
    private final long total;
    private final RemainingTime remaining;
    private final LongSupplier nanoTime;

    /**
     * @param parts folder of the learners' files
     * @param nanoTime a clock that only runs forward, in nanoseconds
     */
    SweepProgress(Sweep sweep, Path parts, LongSupplier nanoTime) {
        this.parts = parts;
        this.records = sweep.configuration().ownRecords();
        this.total = records.values().stream().mapToLong(Long::longValue).sum();
        this.remaining = new RemainingTime(total);
        this.nanoTime = nanoTime;
        remaining.sample(nanoTime.getAsLong(), done());
    }

    @Override
    public String progress(FlinkRest.Progress job) {
        long done = done();
        remaining.sample(nanoTime.getAsLong(), done);
        return String.format(
                Locale.ROOT,
                "%.0f %% of %,d records of %d learners; time left: %s",
                100.0 * done / total,
                total,
                records.size(),
                remaining.inWords());
    }

    private long done() {
        long done = 0;
        for (Map.Entry<String, Long> learner : records.entrySet()) {
            done += Math.min(learner.getValue(), recordsSeen(parts.resolve(learner.getKey() + ".jsonl")));
        }
        return done;
    }

    @Override
    public String goOn(String savepoint) {
        return "stopped; the same command goes on from here";
    }

    /** Records behind the last whole report in {@code file}; 0 where there is none yet. */
    static long recordsSeen(Path file) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, open.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (open.length() - from)];
            open.seek(from);
            open.readFully(tail);
            String[] lines = new String(tail, StandardCharsets.UTF_8).split("\n", -1);
            // The last piece has no line end yet.
            for (int i = lines.length - 2; i >= 0; i--) {
                if (parsed(lines[i]) instanceof PlasticityReport report) {
                    return report.getRecordsSeen();
                }
            }
            return 0;
        } catch (IOException e) {
            // It is not there yet, or is being cut back: the next look will tell.
            return 0;
        }
    }

    private static Object parsed(String line) {
        try {
            return JsonRecords.parse(line.getBytes(StandardCharsets.UTF_8));
        } catch (UndecodableRecordException e) {
            // The tail begins in the middle of a line.
            return null;
        }
    }
}
