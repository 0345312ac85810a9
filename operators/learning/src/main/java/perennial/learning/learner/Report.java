package perennial.learning.learner;

import java.util.List;

/**
 * What a learner looked like after one update; the meaning of each value is in the Avro schema of the same content,
 * PlasticityReport. NaN stands for a value that was not computed.
 */
public final class Report {

    /** What became of the update. */
    public enum Status {
        TRAINED,
        UPDATE_DISCARDED,
        LEARNER_STOPPED
    }

    /** Metrics of one layer; NaN stands for a value that was not computed. */
    public static final class Layer {
        public String name;
        public double parameterNorm = Double.NaN;
        public double meanAbsoluteWeight = Double.NaN;
        public double gradientNorm = Double.NaN;
        public double gradientL1Norm = Double.NaN;
        public double gradientL0Norm = Double.NaN;
        public double updateNorm = Double.NaN;
        public double relativeUpdate = Double.NaN;
        public double rotationAngle = Double.NaN;
        public double effectiveLearningRate = Double.NaN;
        public double spectralNorm = Double.NaN;
        public double spectralEstimate = Double.NaN;
        public double deadUnits = Double.NaN;
        public double dormantUnits = Double.NaN;
        public double rarelyActiveUnits = Double.NaN;
        public double alwaysActiveUnits = Double.NaN;
        public double linearisedUnits = Double.NaN;
        public double saturatedUnits = Double.NaN;
    }

    public String learner;
    public String stream;
    public String variant;
    public long update;
    public int task;
    public long updateInTask;
    public long recordsSeen;
    public long position;
    public Status status = Status.TRAINED;
    public String note = "";
    public double loss = Double.NaN;
    public double onlineAccuracy = Double.NaN;
    public double taskOnlineAccuracy = Double.NaN;

    /** Mean absolute temporal-difference error of the batch, before its update. */
    public double tdError = Double.NaN;

    public double samplePlasticity = Double.NaN;

    public double learningRate = Double.NaN;
    public double effectiveLearningRate = Double.NaN;
    public double gradientNorm = Double.NaN;
    public double gradientL1Norm = Double.NaN;
    public double gradientL0Norm = Double.NaN;
    public double parameterNorm = Double.NaN;
    public double meanAbsoluteWeight = Double.NaN;
    public double deadUnits = Double.NaN;
    public double dormantUnits = Double.NaN;
    public double rarelyActiveUnits = Double.NaN;
    public double alwaysActiveUnits = Double.NaN;
    public double linearisedUnits = Double.NaN;
    public double saturatedUnits = Double.NaN;

    /** Inputs of the probe batch that the values from here on were computed on; 0 where none was due. */
    public int probeRows;

    public double srank = Double.NaN;
    public double approximateRank = Double.NaN;
    public double effectiveRank = Double.NaN;
    public double stableRank = Double.NaN;
    public double featureRank = Double.NaN;
    public double scaledFeatureRank = Double.NaN;
    public double inputGradientNorm = Double.NaN;
    public double maxInputGradientNorm = Double.NaN;
    public double parameterJacobianNorm = Double.NaN;
    public double gradientCosine = Double.NaN;
    public double gradientInterference = Double.NaN;
    public double fisherRank = Double.NaN;
    public double tangentKernelRank = Double.NaN;
    public double hessianEigenvalue = Double.NaN;
    public double probeHessianEigenvalue = Double.NaN;
    public double plasticityProbe = Double.NaN;
    public List<Layer> layers = List.of();
    public long divergences;

    /** Episodes of actors that ended in the task so far. */
    public long episodesInTask;

    /** Mean undiscounted, unclipped return of those episodes. */
    public double meanEpisodeReturn = Double.NaN;

    public String definitions = "";
    public String configHash = "";
    public String codeVersion = "";
    public String engine = "";
}
