package perennial.learning.plasticity;

import java.io.Serializable;

/**
 * Which metrics a learner computes and how often. The cheap ones stand in every report. Each other group has a cadence of its own in
 * updates: its values stand in the first report after each so many updates, and 0 switches it off. docs/metrics.md says what each
 * group holds and costs.
 *
 * @param every updates from one report to the next
 * @param spectralNorms cadence of the largest singular value of each layer
 * @param ranks cadence of the ranks of the features
 * @param inputGradients cadence of the gradients with respect to the inputs
 * @param jacobian cadence of the Jacobian with respect to the parameters
 * @param interference cadence of the gradients' cosines, the Fisher matrix and the tangent kernel
 * @param curvature cadence of the Hessians' largest eigenvalues
 * @param plasticityProbe cadence of the plasticity probe
 * @param probeSize inputs of the probe batch
 * @param gradientRows inputs of the probe batch whose gradients are taken one by one, for jacobian and interference
 * @param probeTargets random targets that one plasticity probe fits
 * @param probeSteps optimiser steps on each of them
 */
public record MetricsSpec(
        int every,
        int spectralNorms,
        int ranks,
        int inputGradients,
        int jacobian,
        int interference,
        int curvature,
        int plasticityProbe,
        int probeSize,
        int gradientRows,
        int probeTargets,
        int probeSteps)
        implements Serializable {

    public MetricsSpec {
        if (every < 1) {
            throw new IllegalArgumentException("reports must be at least 1 update apart: every=" + every);
        }
        if (spectralNorms < 0
                || ranks < 0
                || inputGradients < 0
                || jacobian < 0
                || interference < 0
                || curvature < 0
                || plasticityProbe < 0) {
            throw new IllegalArgumentException("a cadence must be 0 or more: spectralNorms=" + spectralNorms + " ranks="
                    + ranks + " inputGradients=" + inputGradients + " jacobian=" + jacobian + " interference="
                    + interference + " curvature=" + curvature + " plasticityProbe=" + plasticityProbe);
        }
        if (probeSize < 1 || gradientRows < 1 || probeTargets < 1 || probeSteps < 1) {
            throw new IllegalArgumentException(
                    "a probe needs at least one input, one gradient, one target and one step: probeSize="
                            + probeSize + " gradientRows=" + gradientRows + " probeTargets=" + probeTargets
                            + " probeSteps=" + probeSteps);
        }
    }

    /** The cheap metrics alone. */
    public static MetricsSpec cheap(int every) {
        return new MetricsSpec(every, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1);
    }

    /** Whether the update of that number is reported. */
    public boolean isReported(long update) {
        return update % every == 0;
    }

    /** Whether a group's values stand in the report of an update: a multiple of the cadence has come since the last report. */
    public boolean isDue(int cadence, long update) {
        return cadence > 0 && update / cadence > (update - every) / cadence;
    }

    /** Whether any metric is computed on the probe batch. */
    public boolean hasProbe() {
        return ranks + (long) inputGradients + jacobian + interference + curvature + plasticityProbe > 0;
    }
}
