package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.method.Method;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.plasticity.EffectiveLearningRate;
import perennial.learning.plasticity.Magnitudes;
import perennial.learning.plasticity.ProbeBatch;
import perennial.learning.plasticity.UnitActivity;
import perennial.learning.plasticity.UpdateGeometry;

/** Measures a learner's updates where a report is due, and writes the reports and task summaries. */
final class Reporter {

    /** Id of the definitions that the values of reports and summaries follow. */
    private static final String DEFINITIONS = "perennial-metrics-1";

    /** Keeps a loss of 0 from being divided by. */
    private static final double SMALLEST_LOSS = 1e-8;

    private final LearnerSpec spec;
    private final Network network;
    private final Progress progress;
    private final UnitActivity activity;
    private final UpdateGeometry geometry;
    private final EffectiveLearningRate effectiveLearningRate;
    private final Magnitudes weights;
    private final Magnitudes gradients;
    private final ProbeMetrics probeMetrics;
    private ProbeBatch probe;

    Reporter(LearnerSpec spec, Network network, Optimiser optimiser, Progress progress) {
        this.spec = spec;
        this.network = network;
        this.progress = progress;
        this.activity = new UnitActivity(network);
        this.geometry = new UpdateGeometry(network);
        this.effectiveLearningRate = new EffectiveLearningRate(network, optimiser);
        this.weights = new Magnitudes(network, network.parameters().values());
        this.gradients = new Magnitudes(network, network.gradients());
        this.probeMetrics = new ProbeMetrics(spec, network);
    }

    /** Says what metrics are computed on; without it those that need it are left out. */
    void probe(ProbeBatch batch) {
        probe = batch;
    }

    /** The gradient is there and not yet clipped; the batch's activations are still in the network. */
    void beforeStep(int rows) {
        activity.measure(rows);
        geometry.beforeStep();
        gradients.measure();
    }

    /** The optimiser has made its step. */
    void afterStep() {
        geometry.afterStep();
    }

    /** The report of an update that was measured by {@link #beforeStep} and {@link #afterStep} and is now over. */
    Report trained(double loss, double onlineAccuracy, double tdError, double gradientNorm, Method method) {
        geometry.afterUpdate();
        weights.measure();
        Report report = begin();
        report.loss = loss;
        report.onlineAccuracy = onlineAccuracy;
        report.taskOnlineAccuracy = progress.averageOnlineAccuracy();
        report.tdError = tdError;
        report.samplePlasticity = samplePlasticity(loss);
        report.gradientNorm = gradientNorm;
        report.gradientL1Norm = gradients.absoluteSum();
        report.gradientL0Norm = gradients.nonZeros();
        report.meanAbsoluteWeight = weights.meanOfWeights();
        report.effectiveLearningRate = effectiveLearningRate.ofNetwork(progress.lastRate);
        report.deadUnits = activity.dead();
        report.dormantUnits = activity.dormant();
        report.rarelyActiveUnits = activity.rarelyActive();
        report.alwaysActiveUnits = activity.alwaysActive();
        report.linearisedUnits = activity.linearised();
        report.saturatedUnits = activity.saturated();
        List<Report.Layer> layers = new ArrayList<>();
        for (int i = 0; i < network.layers().size(); i++) {
            layers.add(layer(i, method));
        }
        report.layers = layers;
        probeMetrics.measure(probe, method, report);
        return report;
    }

    /** What the update took off the loss of its own batch (UPGD): 1 for all of it, 0 for nothing or worse. */
    private double samplePlasticity(double loss) {
        if (probe == null) {
            return Double.NaN;
        }
        return Math.max(0, 1 - probe.lossAfterUpdate() / Math.max(loss, SMALLEST_LOSS));
    }

    private Report.Layer layer(int index, Method method) {
        Report.Layer layer = new Report.Layer();
        layer.name = network.layers().get(index).name();
        layer.parameterNorm = geometry.parameterNorm(index);
        layer.meanAbsoluteWeight = weights.meanOfWeight(index);
        layer.gradientNorm = geometry.gradientNorm(index);
        layer.gradientL1Norm = gradients.absoluteSumOfWeight(index);
        layer.gradientL0Norm = gradients.nonZerosOfWeight(index);
        layer.updateNorm = geometry.updateNorm(index);
        layer.relativeUpdate = geometry.relativeUpdate(index);
        layer.rotationAngle = geometry.rotationAngle(index);
        layer.effectiveLearningRate = effectiveLearningRate.ofWeight(progress.lastRate, layer.parameterNorm);
        layer.spectralEstimate = method.spectralNorm(index);
        if (index < activity.hiddenLayers()) {
            layer.deadUnits = activity.dead(index);
            layer.dormantUnits = activity.dormant(index);
            layer.rarelyActiveUnits = activity.rarelyActive(index);
            layer.alwaysActiveUnits = activity.alwaysActive(index);
            layer.linearisedUnits = activity.linearised(index);
            layer.saturatedUnits = activity.saturated(index);
        }
        return layer;
    }

    /** The report of an update that was discarded. */
    Report discarded(String note) {
        Report report = begin();
        report.status = progress.stopped ? Report.Status.LEARNER_STOPPED : Report.Status.UPDATE_DISCARDED;
        report.note = note
                + (progress.stopped
                        ? "; the learner stops learning after " + progress.divergences + " divergences"
                        : "");
        return report;
    }

    private Report begin() {
        Report report = new Report();
        report.learner = spec.name();
        report.stream = progress.stream;
        report.variant = spec.variant();
        report.update = progress.updates;
        report.task = progress.task;
        report.updateInTask = progress.taskUpdates;
        report.recordsSeen = progress.recordsSeen;
        report.position = progress.position;
        report.learningRate = progress.lastRate;
        report.parameterNorm = network.parameters().norm();
        report.episodesInTask = progress.episodes();
        report.meanEpisodeReturn = progress.meanEpisodeReturn();
        report.divergences = progress.divergences;
        report.definitions = DEFINITIONS;
        report.configHash = spec.provenance().configHash();
        report.codeVersion = spec.provenance().codeVersion();
        report.engine = network.engine().kernel();
        return report;
    }

    /**
     * The summary of the task that closes.
     *
     * @param rows rows of the task's last batch, which has just gone forward; 0 where there was none
     */
    TaskSummary taskSummary(String stream, long position, int rows) {
        if (rows > 0) {
            activity.measure(rows);
        }
        return new TaskSummary(
                spec.name(),
                stream,
                spec.variant(),
                progress.task,
                progress.taskUpdates,
                progress.taskRecords,
                position,
                progress.averageOnlineAccuracy(),
                progress.firstLoss,
                progress.lastLoss,
                progress.averageLoss(),
                network.parameters().norm(),
                effectiveLearningRate.ofNetwork(progress.lastRate),
                rows > 0 ? activity.dead() : Double.NaN,
                progress.updates,
                progress.taskDivergences,
                DEFINITIONS,
                spec.provenance().configHash(),
                spec.provenance().codeVersion(),
                network.engine().kernel(),
                progress.episodes(),
                progress.meanEpisodeReturn(),
                progress.totalOnlineAccuracy());
    }
}
