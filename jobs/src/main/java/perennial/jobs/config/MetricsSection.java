package perennial.jobs.config;

import perennial.learning.plasticity.MetricsSpec;

/**
 * Plasticity metrics. Cadences are in updates; a group's values stand in the first report after each so many updates, and 0 switches it
 * off.
 */
public record MetricsSection(
        @Option(
                description =
                        "updates from one report to the next; the metrics that every report has are losses, accuracies,"
                                + " norms, effective learning rates, the geometry of the update and the activity of units",
                defaultValue = "100",
                range = "[1, 2147483647]")
        int every,

        @Option(
                description = "updates after which the next report has `spectralNorm` of each layer; 0 for never",
                defaultValue = "1000",
                range = "[0, 2147483647]")
        int spectralNorms,

        @Option(
                description =
                        "updates after which the next report has `srank`, `approximateRank`, `effectiveRank`, `stableRank`,"
                                + " `featureRank` and `scaledFeatureRank`; 0 for never",
                defaultValue = "1000",
                range = "[0, 2147483647]")
        int ranks,

        @Option(
                description =
                        "updates after which the next report has `inputGradientNorm` and `maxInputGradientNorm`; 0 for"
                                + " never",
                defaultValue = "1000",
                range = "[0, 2147483647]")
        int inputGradients,

        @Option(
                description = "updates after which the next report has `parameterJacobianNorm`; 0 for never",
                defaultValue = "1000",
                range = "[0, 2147483647]")
        int jacobian,

        @Option(
                description =
                        "updates after which the next report has `gradientCosine`, `gradientInterference`, `fisherRank` and"
                                + " `tangentKernelRank`; 0 for never",
                defaultValue = "0",
                range = "[0, 2147483647]")
        int interference,

        @Option(
                description =
                        "updates after which the next report has `hessianEigenvalue` and `probeHessianEigenvalue`; 0 for"
                                + " never",
                defaultValue = "0",
                range = "[0, 2147483647]")
        int curvature,

        @Option(
                description =
                        "updates after which the next report has `plasticityProbe`, which trains a copy of the network"
                                + " `probeTargets` times for `probeSteps` steps; 0 for never",
                defaultValue = "0",
                range = "[0, 2147483647]")
        int plasticityProbe,

        @Option(
                description =
                        "inputs of the probe batch that all but the spectral norms are computed on: the last examples of the"
                                + " task, or transitions drawn from the replay memory",
                defaultValue = "128",
                range = "[1, 1000000]")
        int probeSize,

        @Option(
                description = "inputs of the probe batch whose gradients are taken one by one, for `jacobian` and"
                        + " `interference`",
                defaultValue = "16",
                range = "[1, 1000000]")
        int gradientRows,

        @Option(
                description = "random targets that one plasticity probe fits",
                defaultValue = "10",
                range = "[1, 1000000]")
        int probeTargets,

        @Option(
                description = "optimiser steps on each of those targets",
                defaultValue = "2000",
                range = "[1, 2147483647]")
        int probeSteps) {

    /** The metrics as the learner takes them. */
    MetricsSpec spec() {
        return new MetricsSpec(
                every,
                spectralNorms,
                ranks,
                inputGradients,
                jacobian,
                interference,
                curvature,
                plasticityProbe,
                probeSize,
                gradientRows,
                probeTargets,
                probeSteps);
    }
}
