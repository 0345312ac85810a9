package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSummary;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

/** The one place that knows both what learners report and the records of the topics. NaN becomes null. */
final class ReportMapping {

    private ReportMapping() {}

    static PlasticityReport record(Report report) {
        PlasticityReport record = new PlasticityReport();
        record.setLearner(report.learner);
        record.setStream(report.stream);
        record.setVariant(report.variant);
        record.setUpdate(report.update);
        record.setTask(report.task);
        record.setUpdateInTask(report.updateInTask);
        record.setRecordsSeen(report.recordsSeen);
        record.setPosition(report.position);
        record.setStatus(status(report.status));
        record.setNote(report.note);
        record.setLoss(orNull(report.loss));
        record.setOnlineAccuracy(orNull(report.onlineAccuracy));
        record.setTaskOnlineAccuracy(orNull(report.taskOnlineAccuracy));
        record.setTdError(orNull(report.tdError));
        record.setSamplePlasticity(orNull(report.samplePlasticity));
        record.setLearningRate(orNull(report.learningRate));
        record.setEffectiveLearningRate(orNull(report.effectiveLearningRate));
        record.setGradientNorm(orNull(report.gradientNorm));
        record.setGradientL1Norm(orNull(report.gradientL1Norm));
        record.setGradientL0Norm(orNull(report.gradientL0Norm));
        record.setParameterNorm(orNull(report.parameterNorm));
        record.setMeanAbsoluteWeight(orNull(report.meanAbsoluteWeight));
        record.setDeadUnits(orNull(report.deadUnits));
        record.setDormantUnits(orNull(report.dormantUnits));
        record.setRarelyActiveUnits(orNull(report.rarelyActiveUnits));
        record.setAlwaysActiveUnits(orNull(report.alwaysActiveUnits));
        record.setLinearisedUnits(orNull(report.linearisedUnits));
        record.setSaturatedUnits(orNull(report.saturatedUnits));
        probe(report, record);
        List<LayerReport> layers = new ArrayList<>(report.layers.size());
        for (Report.Layer layer : report.layers) {
            layers.add(record(layer));
        }
        record.setLayers(layers);
        record.setEpisodesInTask(report.episodesInTask);
        record.setMeanEpisodeReturn(orNull(report.meanEpisodeReturn));
        record.setDivergences(report.divergences);
        record.setDefinitions(report.definitions);
        record.setConfigHash(report.configHash);
        record.setCodeVersion(report.codeVersion);
        record.setEngine(report.engine);
        return record;
    }

    /** What is computed on the probe batch. */
    private static void probe(Report report, PlasticityReport record) {
        record.setProbeRows(report.probeRows);
        record.setSrank(orNull(report.srank));
        record.setApproximateRank(orNull(report.approximateRank));
        record.setEffectiveRank(orNull(report.effectiveRank));
        record.setStableRank(orNull(report.stableRank));
        record.setFeatureRank(orNull(report.featureRank));
        record.setScaledFeatureRank(orNull(report.scaledFeatureRank));
        record.setInputGradientNorm(orNull(report.inputGradientNorm));
        record.setMaxInputGradientNorm(orNull(report.maxInputGradientNorm));
        record.setParameterJacobianNorm(orNull(report.parameterJacobianNorm));
        record.setGradientCosine(orNull(report.gradientCosine));
        record.setGradientInterference(orNull(report.gradientInterference));
        record.setFisherRank(orNull(report.fisherRank));
        record.setTangentKernelRank(orNull(report.tangentKernelRank));
        record.setHessianEigenvalue(orNull(report.hessianEigenvalue));
        record.setProbeHessianEigenvalue(orNull(report.probeHessianEigenvalue));
        record.setPlasticityProbe(orNull(report.plasticityProbe));
    }

    private static LayerReport record(Report.Layer layer) {
        LayerReport record = new LayerReport();
        record.setLayer(layer.name);
        record.setParameterNorm(orNull(layer.parameterNorm));
        record.setMeanAbsoluteWeight(orNull(layer.meanAbsoluteWeight));
        record.setGradientNorm(orNull(layer.gradientNorm));
        record.setGradientL1Norm(orNull(layer.gradientL1Norm));
        record.setGradientL0Norm(orNull(layer.gradientL0Norm));
        record.setUpdateNorm(orNull(layer.updateNorm));
        record.setRelativeUpdate(orNull(layer.relativeUpdate));
        record.setRotationAngle(orNull(layer.rotationAngle));
        record.setEffectiveLearningRate(orNull(layer.effectiveLearningRate));
        record.setSpectralNorm(orNull(layer.spectralNorm));
        record.setSpectralEstimate(orNull(layer.spectralEstimate));
        record.setDeadUnits(orNull(layer.deadUnits));
        record.setDormantUnits(orNull(layer.dormantUnits));
        record.setRarelyActiveUnits(orNull(layer.rarelyActiveUnits));
        record.setAlwaysActiveUnits(orNull(layer.alwaysActiveUnits));
        record.setLinearisedUnits(orNull(layer.linearisedUnits));
        record.setSaturatedUnits(orNull(layer.saturatedUnits));
        return record;
    }

    static perennial.v1.TaskSummary record(TaskSummary summary) {
        perennial.v1.TaskSummary record = new perennial.v1.TaskSummary();
        record.setLearner(summary.learner());
        record.setStream(summary.stream());
        record.setVariant(summary.variant());
        record.setTask(summary.task());
        record.setUpdates(summary.updates());
        record.setRecords(summary.records());
        record.setPosition(summary.position());
        record.setAverageOnlineAccuracy(orNull(summary.averageOnlineAccuracy()));
        record.setTotalOnlineAccuracy(orNull(summary.totalOnlineAccuracy()));
        record.setFirstLoss(orNull(summary.firstLoss()));
        record.setLastLoss(orNull(summary.lastLoss()));
        record.setAverageLoss(orNull(summary.averageLoss()));
        record.setParameterNorm(orNull(summary.parameterNorm()));
        record.setEffectiveLearningRate(orNull(summary.effectiveLearningRate()));
        record.setDeadUnits(orNull(summary.deadUnits()));
        record.setTotalUpdates(summary.totalUpdates());
        record.setEpisodes(summary.episodes());
        record.setMeanEpisodeReturn(orNull(summary.meanEpisodeReturn()));
        record.setDivergences(summary.divergences());
        record.setDefinitions(summary.definitions());
        record.setConfigHash(summary.configHash());
        record.setCodeVersion(summary.codeVersion());
        record.setEngine(summary.engine());
        return record;
    }

    static perennial.v1.Prediction record(Prediction prediction) {
        perennial.v1.Prediction record = new perennial.v1.Prediction();
        record.setLearner(prediction.learner());
        record.setStream(prediction.stream());
        record.setActor(prediction.actor());
        record.setSequence(prediction.sequence());
        record.setPredictedClass(prediction.predictedClass() < 0 ? null : prediction.predictedClass());
        record.setProbability(Float.isNaN(prediction.probability()) ? null : prediction.probability());
        record.setValues(prediction.values() == null ? null : list(prediction.values()));
        record.setUpdate(prediction.update());
        return record;
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static ReportStatus status(Report.Status status) {
        return switch (status) {
            case TRAINED -> ReportStatus.TRAINED;
            case UPDATE_DISCARDED -> ReportStatus.UPDATE_DISCARDED;
            case LEARNER_STOPPED -> ReportStatus.LEARNER_STOPPED;
        };
    }

    private static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
