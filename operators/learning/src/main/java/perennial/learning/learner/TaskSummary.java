package perennial.learning.learner;

/**
 * One task of a learner, from one label reset to the next; NaN stands for a value that does not apply. The meaning of
 * each value is in the Avro schema of the same name.
 *
 * @param episodes episodes of actors that ended in the task
 * @param meanEpisodeReturn their mean undiscounted, unclipped return
 * @param totalOnlineAccuracy as averageOnlineAccuracy, over all tasks up to the end of this one
 */
public record TaskSummary(
        String learner,
        String stream,
        String variant,
        int task,
        long updates,
        long records,
        long position,
        double averageOnlineAccuracy,
        double firstLoss,
        double lastLoss,
        double averageLoss,
        double parameterNorm,
        double effectiveLearningRate,
        double deadUnits,
        long totalUpdates,
        long divergences,
        String definitions,
        String configHash,
        String codeVersion,
        String engine,
        long episodes,
        double meanEpisodeReturn,
        double totalOnlineAccuracy) {}
