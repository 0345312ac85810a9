package perennial.learning.learner;

import perennial.learning.engine.Engine;
import perennial.learning.method.Method;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.plasticity.Curvature;
import perennial.learning.plasticity.FeatureSpectrum;
import perennial.learning.plasticity.InputGradients;
import perennial.learning.plasticity.Interference;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.plasticity.ParameterJacobian;
import perennial.learning.plasticity.PlasticityProbe;
import perennial.learning.plasticity.ProbeBatch;
import perennial.learning.plasticity.ProbeNetwork;
import perennial.learning.plasticity.SpectralNorms;

/**
 * The metrics that have cadences of their own. All but the spectral norms are taken on a copy of the network, which exists only where one
 * of them is switched on.
 */
final class ProbeMetrics {

    private final MetricsSpec spec;
    private final SpectralNorms spectralNorms;
    private final ProbeNetwork probe;
    private final FeatureSpectrum features;
    private final InputGradients inputGradients;
    private final ParameterJacobian jacobian;
    private final Interference interference;
    private final Curvature curvature;
    private final PlasticityProbe plasticityProbe;

    ProbeMetrics(LearnerSpec learner, Network network) {
        this.spec = learner.metrics();
        this.spectralNorms = spec.spectralNorms() > 0 ? new SpectralNorms(network) : null;
        this.probe = spec.hasProbe() ? probe(learner, network) : null;
        this.features = spec.ranks() > 0 ? new FeatureSpectrum(probe) : null;
        this.inputGradients = spec.inputGradients() > 0 ? new InputGradients(probe) : null;
        int gradientRows = Math.min(spec.gradientRows(), spec.probeSize());
        this.jacobian = spec.jacobian() > 0 ? new ParameterJacobian(probe, gradientRows) : null;
        this.interference = spec.interference() > 0 ? new Interference(probe, gradientRows) : null;
        this.curvature = spec.curvature() > 0 ? new Curvature(probe) : null;
        this.plasticityProbe = spec.plasticityProbe() > 0 ? plasticityProbe(learner, network.engine()) : null;
    }

    private static ProbeNetwork probe(LearnerSpec learner, Network network) {
        int size = learner.metrics().probeSize();
        return new ProbeNetwork(network, Training.network(learner, size, network.engine()), size);
    }

    private PlasticityProbe plasticityProbe(LearnerSpec learner, Engine engine) {
        // A network for the optimiser's memory: the probe's own parameters are behind the probe.
        Network random = Training.network(learner, spec.probeSize(), engine);
        Optimiser optimiser = Optimiser.of(learner.optimiser(), random.parameters(), engine);
        return new PlasticityProbe(
                probe, random, optimiser, learner.optimiser().learningRate(), spec.probeTargets(), spec.probeSteps());
    }

    /**
     * Fills in what is due in the report of an update that is over.
     *
     * @param batch null where the learner has none
     * @param report Modified.
     */
    void measure(ProbeBatch batch, Method method, Report report) {
        long update = report.update;
        if (spec.isDue(spec.spectralNorms(), update)) {
            for (int i = 0; i < report.layers.size(); i++) {
                report.layers.get(i).spectralNorm = spectralNorms.of(i);
            }
        }
        if (batch == null || !isProbeDue(update)) {
            return;
        }
        method.beforeEvaluation();
        if (!probe.follow(batch)) {
            return;
        }
        report.probeRows = probe.rows();
        if (spec.isDue(spec.ranks(), update)) {
            features.measure();
            report.srank = features.srank();
            report.approximateRank = features.approximateRank();
            report.effectiveRank = features.effectiveRank();
            report.stableRank = features.stableRank();
            report.featureRank = features.featureRank();
            report.scaledFeatureRank = features.scaledFeatureRank();
        }
        if (spec.isDue(spec.inputGradients(), update)) {
            inputGradients.measure(batch);
            report.inputGradientNorm = inputGradients.mean();
            report.maxInputGradientNorm = inputGradients.greatest();
        }
        if (spec.isDue(spec.jacobian(), update)) {
            report.parameterJacobianNorm = jacobian.measure(batch);
        }
        if (spec.isDue(spec.interference(), update)) {
            interference.measure(batch);
            report.gradientCosine = interference.meanCosine();
            report.gradientInterference = interference.negativeFraction();
            report.fisherRank = interference.fisherRank();
            report.tangentKernelRank = interference.tangentKernelRank();
        }
        if (spec.isDue(spec.curvature(), update)) {
            report.hessianEigenvalue = curvature.ofLoss(batch);
            report.probeHessianEigenvalue = curvature.ofProbeLoss();
        }
        if (spec.isDue(spec.plasticityProbe(), update)) {
            report.plasticityProbe = plasticityProbe.measure();
        }
    }

    private boolean isProbeDue(long update) {
        return spec.isDue(spec.ranks(), update)
                || spec.isDue(spec.inputGradients(), update)
                || spec.isDue(spec.jacobian(), update)
                || spec.isDue(spec.interference(), update)
                || spec.isDue(spec.curvature(), update)
                || spec.isDue(spec.plasticityProbe(), update);
    }
}
