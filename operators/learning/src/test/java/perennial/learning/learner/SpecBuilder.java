package perennial.learning.learner;

import java.util.List;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.learner.LearnerSpec.Provenance;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;

/** Specs for tests: a small classifier with layer normalisation, Adam and NaP, and what a test wants otherwise. */
final class SpecBuilder {

    TaskSpec task = new TaskSpec.Classification(List.of(6), 3, 1.0);
    List<ConvolutionSpec> convolutions = List.of();
    List<Integer> hidden = List.of(8, 8);
    Activation activation = Activation.RELU;
    double leakySlope = 0.01;
    Normalisation normalisation = Normalisation.LAYER_NORM;
    double normalisationEpsilon = 1e-6;
    Initialiser initialiser = Initialiser.PYTORCH;
    MethodSpec method = nap(1, AffineMode.DECAY);
    List<InterventionSpec> interventions = List.of();
    OptimiserSpec optimiser = new OptimiserSpec.Adam(1e-2, 0.9, 0.999, 1e-8);
    ScheduleSpec schedule = new ScheduleSpec.Constant();
    long seed = 7;
    int batchSize = 4;
    double maxGradientNorm = 0;
    boolean resetOptimiserOnReset = false;
    MetricsSpec metrics = MetricsSpec.cheap(1);
    int maxDivergences = 3;
    boolean predictions = false;
    SnapshotSpec snapshots = SnapshotSpec.ASKED_FOR;

    static SpecBuilder spec() {
        return new SpecBuilder();
    }

    static MethodSpec nap(int projectEvery, AffineMode affine) {
        return new MethodSpec.NormalizeAndProject(projectEvery, new Affine(affine, 0.99), false);
    }

    /** Every metric there is in every report. */
    static MetricsSpec everything(int every, int probeSize) {
        return new MetricsSpec(every, 1, 1, 1, 1, 1, 1, 1, probeSize, 3, 2, 4);
    }

    LearnerSpec build() {
        return new LearnerSpec(
                "learner",
                "variant",
                List.of("stream"),
                seed,
                task,
                new NetworkSpec(
                        convolutions, hidden, activation, leakySlope, normalisation, normalisationEpsilon, initialiser),
                method,
                interventions,
                optimiser,
                schedule,
                batchSize,
                maxGradientNorm,
                resetOptimiserOnReset,
                metrics,
                maxDivergences,
                predictions,
                snapshots,
                new Provenance("hash", "version"));
    }

    SpecBuilder with(java.util.function.Consumer<SpecBuilder> change) {
        change.accept(this);
        return this;
    }
}
