package perennial.learning.learner;

import perennial.learning.state.LearnerState;

/** A learner's counters, and the sums over its present task. */
final class Progress {

    private static final String COUNTERS = "progress.counters";
    private static final String SUMS = "progress.sums";
    private static final String EPISODES = "progress.episodes";
    private static final String SCORES = "progress.scores";
    private static final String STREAM = "progress.stream";
    private static final String PAUSED = "progress.paused";

    /** Updates begun so far. A discarded update keeps its number, so that each report has one of its own. */
    long updates;

    long recordsSeen;
    long divergences;

    /** Sequence number of the last record taken in. */
    long position = -1;

    /** Stream of the last record taken in. */
    String stream = "";

    /** Whether the last update was discarded. */
    boolean lastDiscarded;

    /** Whether too many updates were discarded. */
    boolean stopped;

    /** Whether somebody said that no updates are to be made. */
    boolean paused;

    int task;
    long taskUpdates;
    long taskRecords;
    long taskDivergences;
    private long scored;
    private long correct;
    private long taskScored;
    private long taskCorrect;
    private long taskLossRows;
    private double taskLossSum;
    private long statedEpisodes;
    private double statedReturns;
    private long summedEpisodes;
    private double summedReturns;
    double firstLoss = Double.NaN;
    double lastLoss = Double.NaN;

    /** Rate of the task's last update. */
    double lastRate = Double.NaN;

    void recordTaken(String fromStream, long sequence) {
        recordsSeen++;
        taskRecords++;
        stream = fromStream;
        position = sequence;
    }

    /** @param right how many of {@code rows} were predicted right; -1 where that has no meaning */
    void scored(int rows, int right) {
        if (right >= 0) {
            scored += rows;
            correct += right;
            taskScored += rows;
            taskCorrect += right;
        }
    }

    void lossMeasured(int rows, double loss) {
        if (taskLossRows == 0) {
            firstLoss = loss;
        }
        lastLoss = loss;
        taskLossSum += loss * rows;
        taskLossRows += rows;
    }

    double averageOnlineAccuracy() {
        return taskScored == 0 ? Double.NaN : (double) taskCorrect / taskScored;
    }

    /** As {@link #averageOnlineAccuracy}, over all tasks. */
    double totalOnlineAccuracy() {
        return scored == 0 ? Double.NaN : (double) correct / scored;
    }

    double averageLoss() {
        return taskLossRows == 0 ? Double.NaN : taskLossSum / taskLossRows;
    }

    /**
     * An episode ended.
     *
     * @param isStated whether the environment stated the return, and it was not summed up from transitions
     */
    void episodeEnded(double episodeReturn, boolean isStated) {
        if (isStated) {
            statedEpisodes++;
            statedReturns += episodeReturn;
        } else {
            summedEpisodes++;
            summedReturns += episodeReturn;
        }
    }

    /** Episodes that ended in the task: those whose returns were stated where there are any, since both tell of the same. */
    long episodes() {
        return statedEpisodes > 0 ? statedEpisodes : summedEpisodes;
    }

    /** Mean return of {@link #episodes()}. */
    double meanEpisodeReturn() {
        return episodes() == 0 ? Double.NaN : (statedEpisodes > 0 ? statedReturns : summedReturns) / episodes();
    }

    void beginTask(int number) {
        task = number;
        taskUpdates = 0;
        taskRecords = 0;
        taskDivergences = 0;
        taskScored = 0;
        taskCorrect = 0;
        taskLossRows = 0;
        taskLossSum = 0;
        statedEpisodes = 0;
        statedReturns = 0;
        summedEpisodes = 0;
        summedReturns = 0;
        firstLoss = Double.NaN;
        lastLoss = Double.NaN;
        lastRate = Double.NaN;
    }

    void save(LearnerState state) {
        state.put(COUNTERS, new long[] {
                    updates,
                    recordsSeen,
                    divergences,
                    position,
                    lastDiscarded ? 1 : 0,
                    stopped ? 1 : 0,
                    task,
                    taskUpdates,
                    taskRecords,
                    taskDivergences,
                    taskScored,
                    taskCorrect,
                    taskLossRows
                })
                .put(SUMS, new double[] {taskLossSum, firstLoss, lastLoss, lastRate})
                .put(SCORES, new long[] {scored, correct})
                .put(STREAM, stream);
        if (paused) {
            state.put(PAUSED, new int[] {1});
        }
        // Learners without episodes have none in their state, as before there were any.
        if (episodes() > 0) {
            state.put(EPISODES, new double[] {statedEpisodes, statedReturns, summedEpisodes, summedReturns});
        }
    }

    void restore(LearnerState state) {
        long[] counters = state.longs(COUNTERS);
        updates = counters[0];
        recordsSeen = counters[1];
        divergences = counters[2];
        position = counters[3];
        lastDiscarded = counters[4] != 0;
        stopped = counters[5] != 0;
        paused = state.has(PAUSED);
        task = (int) counters[6];
        taskUpdates = counters[7];
        taskRecords = counters[8];
        taskDivergences = counters[9];
        taskScored = counters[10];
        taskCorrect = counters[11];
        taskLossRows = counters[12];
        long[] scores = state.longs(SCORES);
        scored = scores[0];
        correct = scores[1];
        double[] sums = state.doubles(SUMS);
        taskLossSum = sums[0];
        firstLoss = sums[1];
        lastLoss = sums[2];
        lastRate = sums[3];
        if (state.has(EPISODES)) {
            double[] episodes = state.doubles(EPISODES);
            statedEpisodes = (long) episodes[0];
            statedReturns = episodes[1];
            summedEpisodes = (long) episodes[2];
            summedReturns = episodes[3];
        }
        stream = state.string(STREAM);
    }
}
