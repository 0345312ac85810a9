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
        record.setTdError(orNull(report.tdError));
        record.setLearningRate(orNull(report.learningRate));
        record.setEffectiveLearningRate(orNull(report.effectiveLearningRate));
        record.setGradientNorm(orNull(report.gradientNorm));
        record.setParameterNorm(orNull(report.parameterNorm));
        record.setDeadUnits(orNull(report.deadUnits));
        record.setDormantUnits(orNull(report.dormantUnits));
        record.setLinearisedUnits(orNull(report.linearisedUnits));
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

    private static LayerReport record(Report.Layer layer) {
        LayerReport record = new LayerReport();
        record.setLayer(layer.name);
        record.setParameterNorm(orNull(layer.parameterNorm));
        record.setGradientNorm(orNull(layer.gradientNorm));
        record.setUpdateNorm(orNull(layer.updateNorm));
        record.setRelativeUpdate(orNull(layer.relativeUpdate));
        record.setRotationAngle(orNull(layer.rotationAngle));
        record.setEffectiveLearningRate(orNull(layer.effectiveLearningRate));
        record.setSpectralNorm(orNull(layer.spectralNorm));
        record.setDeadUnits(orNull(layer.deadUnits));
        record.setDormantUnits(orNull(layer.dormantUnits));
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
