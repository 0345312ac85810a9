package perennial.learning.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.method.NetworkCase;
import perennial.learning.network.Activation;
import perennial.learning.network.Layer;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Adam;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/**
 * Interventions that begin single units anew, held against plain loops over PyTorch's layout of the weights. Layer 0 is a
 * convolution of 5 channels on 4 x 4 positions, layers 1 and 2 have 12 and 10 units, layer 3 is the output.
 */
class UnitsTest {

    private static final int[] UNITS = {5, 12, 10};
    private static final int[] POSITIONS = {16, 1, 1};

    @ParameterizedTest
    @EnumSource(RedoVersion.class)
    void shouldRecycleTheDeadUnits(RedoVersion version) {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.RELU)) {
            Optimiser optimiser = filledAdam(scene);
            kill(scene, 0, 2);
            kill(scene, 1, 7);
            kill(scene, 2, 0);
            Snapshot before = new Snapshot(scene, optimiser);
            Interventions redo = begin(scene, optimiser, new InterventionSpec.Redo(0, 1, 1, version));

            update(scene, redo);

            List<Set<Integer>> dead = new ArrayList<>();
            for (int layer = 0; layer < 3; layer++) {
                dead.add(upTo(0, meanSizes(scene, layer)));
                assertThat(dead.get(layer)).contains(new int[] {2, 7, 0}[layer]);
            }
            Snapshot after = new Snapshot(scene, optimiser);
            checkUnits(scene, before, after, dead, version);
            for (int layer = 0; layer < 4; layer++) {
                double bound = bound(scene, layer, version);
                for (double value : fresh(after, scene, layer, layer < 3 ? dead.get(layer) : Set.of())) {
                    assertThat(Math.abs(value)).isLessThanOrEqualTo(bound);
                }
            }
            // A first step's corrections everywhere, or as they were.
            float[] corrections = optimiser.slots().get(2).values().toArray();
            if (version == RedoVersion.PYTORCH) {
                assertThat(corrections).containsOnly(0f);
            } else {
                assertThat(corrections).contains(1f);
            }
        }
    }

    @Test
    void shouldRecycleUpToTheThresholdOfTheLayersMean() {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.LEAKY_RELU)) {
            Optimiser optimiser = filledAdam(scene);
            scene.differentiate();
            List<Set<Integer>> expected = new ArrayList<>();
            for (int layer = 0; layer < 3; layer++) {
                expected.add(upTo(0.8, meanSizes(scene, layer)));
            }
            Snapshot before = new Snapshot(scene, optimiser);
            Interventions redo = begin(scene, optimiser, new InterventionSpec.Redo(0.8, 1, 1, RedoVersion.PYTORCH));

            update(scene, redo);

            assertThat(expected.get(1)).isNotEmpty().hasSizeLessThan(12);
            checkUnits(scene, before, new Snapshot(scene, optimiser), expected, RedoVersion.PYTORCH);
        }
    }

    @Test
    void shouldTakeScoresOverTheLastBatchesBeforeARecycling() {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.LEAKY_RELU)) {
            Optimiser optimiser = filledAdam(scene);
            // 2 batches of 16 have the 17 samples; the first two of four updates count for nothing.
            Interventions redo = begin(scene, optimiser, new InterventionSpec.Redo(0.8, 4, 17, RedoVersion.PYTORCH));
            double[] sizes = new double[10];
            float[] before = scene.network.parameters().values().toArray();
            for (int step = 1; step <= 4; step++) {
                assertThat(scene.network.parameters().values().toArray()).isEqualTo(before);
                scene.drawBatch(step);
                scene.differentiate();
                double[] batch = meanSizes(scene, 2);
                for (int unit = 0; unit < 10; unit++) {
                    sizes[unit] += step > 2 ? batch[unit] : 0;
                }
                redo.observe(NetworkCase.BATCH);
                redo.afterStep();
            }

            assertThat(silent(scene, 2)).isEqualTo(upTo(0.8, sizes)).isNotEmpty();
        }
    }

    @Test
    void shouldPutBackScaleAndOffsetOfARecycledUnit() {
        try (NetworkCase scene = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            Optimiser optimiser = filledAdam(scene);
            scene.disturb(3, 0.2);
            Parameter offset = scene.layer(1).offset();
            float[] offsets = scene.value(offset).toArray();
            offsets[4] = -100;
            scene.value(offset).set(offsets);

            update(scene, begin(scene, optimiser, new InterventionSpec.Redo(0, 1, 1, RedoVersion.DOPAMINE)));

            assertThat(scene.value(offset).toArray()[4]).isZero();
            assertThat(scene.value(scene.layer(1).scale()).toArray()[4]).isEqualTo(1);
            assertThat(scene.value(scene.layer(1).scale()).toArray()[5]).isNotEqualTo(1);
            assertThat(silent(scene, 1)).containsExactly(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Utility.class)
    void shouldReplaceTheMatureUnitsOfTheLeastUtility(Utility utility) {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.TANH)) {
            Optimiser optimiser = filledAdam(scene);
            InterventionSpec.ContinualBackprop spec =
                    new InterventionSpec.ContinualBackprop(0.07, 3, 0.9, utility, true);
            Interventions backprop = begin(scene, optimiser, spec);
            NaiveUtilities[] naive = new NaiveUtilities[3];
            for (int layer = 0; layer < 3; layer++) {
                naive[layer] = new NaiveUtilities(UNITS[layer]);
            }
            int replaced = 0;
            for (int step = 0; step < 40; step++) {
                scene.drawBatch(step);
                scene.disturb(1000 + step, 0.05);
                scene.engine.fill(optimiser.slots().get(0).values(), 1f);
                scene.differentiate();
                backprop.observe(NetworkCase.BATCH);
                Snapshot before = new Snapshot(scene, optimiser);
                double[][] biases = new double[4][];
                List<Set<Integer>> chosen = new ArrayList<>();
                for (int layer = 0; layer < 3; layer++) {
                    chosen.add(naive[layer].step(spec, outputs(scene, layer), UNITS[layer], before, scene, layer));
                    biases[layer + 1] = naive[layer].handedOver(before, scene, layer, chosen.get(layer));
                    replaced += chosen.get(layer).size();
                }

                backprop.afterStep();

                Snapshot after = new Snapshot(scene, optimiser);
                for (int layer = 0; layer < 3; layer++) {
                    assertThat(silent(scene, layer, layer < 2 ? chosen.get(layer + 1) : Set.of()))
                            .as("step %d layer %d", step, layer)
                            .containsAll(chosen.get(layer));
                    double bound = 5.0 / 3 * Math.sqrt(3.0 / fanIn(scene, layer));
                    for (double value : fresh(after, scene, layer, chosen.get(layer))) {
                        assertThat(Math.abs(value)).isLessThanOrEqualTo(bound);
                    }
                    float[] bias = scene.value(scene.layer(layer + 1).offset()).toArray();
                    for (int i = 0; i < bias.length; i++) {
                        boolean isNew = layer < 2 && chosen.get(layer + 1).contains(i);
                        assertThat((double) bias[i])
                                .as("step %d bias %d of layer %d", step, i, layer + 1)
                                .isCloseTo(isNew ? 0 : biases[layer + 1][i], within(1e-4));
                    }
                }
            }
            assertThat(replaced).isGreaterThan(15);
        }
    }

    @Test
    void shouldForgetTheStepsOfAReplacedUnit() {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.RELU)) {
            Optimiser optimiser = filledAdam(scene);
            InterventionSpec spec = new InterventionSpec.ContinualBackprop(0.1, 0, 0.99, Utility.CONTRIBUTION, true);
            Snapshot before = new Snapshot(scene, optimiser);

            update(scene, begin(scene, optimiser, spec));

            Set<Integer> last = silent(scene, 2);
            Set<Integer> middle = silent(scene, 1, last);
            assertThat(last).hasSize(1);
            assertThat(middle).hasSize(1);
            checkUnits(scene, before, new Snapshot(scene, optimiser), List.of(Set.of(), middle, last), null);
        }
    }

    @Test
    void shouldReplaceFractionsWithTheirProbability() {
        try (NetworkCase scene = new NetworkCase(Normalisation.NONE, Activation.TANH)) {
            InterventionSpec spec = new InterventionSpec.ContinualBackprop(0.02, 0, 0.99, Utility.CONTRIBUTION, false);
            Interventions backprop = begin(scene, filledAdam(scene), spec);
            int[] replaced = new int[3];
            for (int step = 0; step < 500; step++) {
                scene.disturb(step, 0.01);
                scene.differentiate();
                backprop.observe(NetworkCase.BATCH);
                backprop.afterStep();
                for (int layer = 0; layer < 3; layer++) {
                    replaced[layer] += silent(scene, layer).size();
                }
            }

            // 500 draws with probability 0.02 * units; a replaced unit gets outgoing weights at the next disturbance.
            for (int layer = 0; layer < 3; layer++) {
                double expected = 500 * 0.02 * UNITS[layer];
                assertThat((double) replaced[layer]).isCloseTo(expected, within(4 * Math.sqrt(expected)));
            }
        }
    }

    // ---- Plain loops over PyTorch's layout. ----

    /** Continual backprop's running values of one layer. */
    private static final class NaiveUtilities {
        final int[] age;
        final double[] mean;
        final double[] utility;
        final double[] corrected;
        double owed;

        NaiveUtilities(int units) {
            age = new int[units];
            mean = new double[units];
            utility = new double[units];
            corrected = new double[units];
        }

        Set<Integer> step(
                InterventionSpec.ContinualBackprop spec,
                double[][] outputs,
                int units,
                Snapshot weights,
                NetworkCase scene,
                int layer) {
            int mature = 0;
            double[] score = new double[units];
            for (int unit = 0; unit < units; unit++) {
                age[unit]++;
                double average = Arrays.stream(outputs[unit]).average().orElseThrow();
                mean[unit] = spec.decay() * mean[unit] + (1 - spec.decay()) * average;
                double correction = 1 - Math.pow(spec.decay(), age[unit]);
                corrected[unit] = mean[unit] / correction;
                double centre = spec.utility() == Utility.CONTRIBUTION ? 0 : corrected[unit];
                double size = Arrays.stream(outputs[unit])
                        .map(output -> Math.abs(output - centre))
                        .average()
                        .orElseThrow();
                size *= meanSize(weights.outgoing(scene, layer, unit));
                if (spec.utility() == Utility.ADAPTABLE_CONTRIBUTION) {
                    size /= meanSize(weights.incoming(scene, layer, unit));
                }
                utility[unit] = spec.decay() * utility[unit] + (1 - spec.decay()) * size;
                score[unit] = utility[unit] / correction;
                mature += age[unit] > spec.maturity() ? 1 : 0;
            }
            owed += spec.replacementRate() * mature;
            Set<Integer> chosen = new TreeSet<>();
            for (; owed >= 1; owed--) {
                int least = -1;
                for (int unit = 0; unit < units; unit++) {
                    if (age[unit] > spec.maturity() && (least < 0 || score[unit] < score[least])) {
                        least = unit;
                    }
                }
                chosen.add(least);
                age[least] = 0;
                mean[least] = 0;
                utility[least] = 0;
            }
            return chosen;
        }

        /** The next layer's biases once the chosen units have handed over. */
        double[] handedOver(Snapshot weights, NetworkCase scene, int layer, Set<Integer> chosen) {
            double[] biases = weights.vector(scene.layer(layer + 1).offset());
            for (int unit : chosen) {
                double[] outgoing = weights.outgoing(scene, layer, unit);
                int perRow = outgoing.length / biases.length;
                for (int i = 0; i < outgoing.length; i++) {
                    biases[i / perRow] += outgoing[i] * corrected[unit];
                }
            }
            return biases;
        }
    }

    /** All parameters and slots, in PyTorch's layout. */
    private static final class Snapshot {
        final List<float[]> values;
        final List<List<float[]>> slots;
        private final List<Parameter> parameters;

        Snapshot(NetworkCase scene, Optimiser optimiser) {
            parameters = scene.network.parameters().all();
            values = parameters.stream()
                    .map(parameter -> parameter.read(scene.network.parameters().values()))
                    .toList();
            slots = optimiser.slots().stream()
                    .map(slot -> parameters.stream()
                            .map(parameter -> parameter.read(slot.values()))
                            .toList())
                    .toList();
        }

        double[] vector(Parameter parameter) {
            float[] found = values.get(parameters.indexOf(parameter));
            double[] vector = new double[found.length];
            for (int i = 0; i < found.length; i++) {
                vector[i] = found[i];
            }
            return vector;
        }

        double[] incoming(NetworkCase scene, int layer, int unit) {
            double[] weight = vector(scene.layer(layer).weight());
            int fanIn = weight.length / UNITS[layer];
            return Arrays.copyOfRange(weight, unit * fanIn, (unit + 1) * fanIn);
        }

        /** The outgoing weights of a unit, for the next layer's units one after the other. */
        double[] outgoing(NetworkCase scene, int layer, int unit) {
            double[] weight = vector(scene.layer(layer + 1).weight());
            return outgoingIndices(scene, layer, unit).stream()
                    .mapToDouble(i -> weight[i])
                    .toArray();
        }
    }

    private static Set<Integer> outgoingIndices(NetworkCase scene, int layer, int unit) {
        int[] shape = scene.layer(layer + 1).weight().shape();
        int columns = shape[1];
        Set<Integer> indices = new TreeSet<>();
        for (int row = 0; row < shape[0]; row++) {
            for (int position = 0; position < POSITIONS[layer]; position++) {
                indices.add(row * columns + unit * POSITIONS[layer] + position);
            }
        }
        return indices;
    }

    /**
     * Everything that belongs to the chosen units has begun anew, and nothing else has changed.
     *
     * @param version null where a chosen unit has given its mean output to the next layer's biases
     */
    private static void checkUnits(
            NetworkCase scene, Snapshot before, Snapshot after, List<Set<Integer>> chosen, RedoVersion version) {
        List<Parameter> parameters = scene.network.parameters().all();
        for (int p = 0; p < parameters.size(); p++) {
            Parameter parameter = parameters.get(p);
            int layer = parameter.layer();
            Set<Integer> fresh = new TreeSet<>();
            Set<Integer> zero = new TreeSet<>();
            if (layer < 3) {
                int each = parameter.length() / UNITS[layer];
                for (int unit : chosen.get(layer)) {
                    for (int i = 0; i < each; i++) {
                        (parameter.role() == Parameter.Role.WEIGHT ? fresh : zero).add(unit * each + i);
                    }
                }
            }
            if (layer > 0 && parameter.role() == Parameter.Role.WEIGHT) {
                for (int unit : chosen.get(layer - 1)) {
                    zero.addAll(outgoingIndices(scene, layer - 1, unit));
                }
            }
            Set<Integer> forgotten = new TreeSet<>(fresh);
            forgotten.addAll(zero);
            if (version == RedoVersion.DOPAMINE) {
                fresh.removeAll(zero);
            } else {
                zero.removeAll(fresh);
            }
            boolean mayReceive = version == null && parameter.role() == Parameter.Role.BIAS;
            for (int i = 0; i < parameter.length(); i++) {
                String what = parameter + " " + i;
                float now = after.values.get(p)[i];
                float then = before.values.get(p)[i];
                if (zero.contains(i)) {
                    assertThat(now).as(what).isZero();
                } else if (fresh.contains(i)) {
                    assertThat(now).as(what).isNotEqualTo(then);
                } else if (!mayReceive) {
                    assertThat(now).as(what).isEqualTo(then);
                }
                for (int slot = 0; slot < 2; slot++) {
                    assertThat(after.slots.get(slot).get(p)[i]).as(what).isEqualTo(forgotten.contains(i) ? 0f : 1f);
                }
            }
        }
    }

    private static double[] fresh(Snapshot after, NetworkCase scene, int layer, Set<Integer> units) {
        return units.stream()
                .flatMapToDouble(unit -> Arrays.stream(after.incoming(scene, layer, unit)))
                .toArray();
    }

    private static int fanIn(NetworkCase scene, int layer) {
        Parameter weight = scene.layer(layer).weight();
        return weight.length() / weight.shape()[0];
    }

    private static double bound(NetworkCase scene, int layer, RedoVersion version) {
        int[] shape = scene.layer(layer).weight().shape();
        double area = shape.length == 4 ? shape[2] * shape[3] : 1;
        return version == RedoVersion.PYTORCH
                ? Math.sqrt(6 / (shape[1] * area))
                : Math.sqrt(6 / ((shape[1] + shape[0]) * area));
    }

    private static Set<Integer> silent(NetworkCase scene, int layer) {
        return silent(scene, layer, Set.of());
    }

    /** Units whose outgoing weights are all 0, those to the {@code except}ed units of the next layer apart. */
    private static Set<Integer> silent(NetworkCase scene, int layer, Set<Integer> except) {
        int columns = scene.layer(layer + 1).weight().shape()[1];
        float[] weight =
                scene.layer(layer + 1).weight().read(scene.network.parameters().values());
        Set<Integer> silent = new TreeSet<>();
        for (int unit = 0; unit < UNITS[layer]; unit++) {
            if (outgoingIndices(scene, layer, unit).stream()
                    .allMatch(i -> weight[i] == 0 || except.contains(i / columns))) {
                silent.add(unit);
            }
        }
        return silent;
    }

    /** The outputs of each unit, over samples and positions: stored with the channels last. */
    private static double[][] outputs(NetworkCase scene, int layer) {
        float[] stored = scene.layer(layer).output().toArray();
        double[][] outputs = new double[UNITS[layer]][NetworkCase.BATCH * POSITIONS[layer]];
        for (int i = 0; i < NetworkCase.BATCH * POSITIONS[layer] * UNITS[layer]; i++) {
            outputs[i % UNITS[layer]][i / UNITS[layer]] = stored[i];
        }
        return outputs;
    }

    private static double[] meanSizes(NetworkCase scene, int layer) {
        return Arrays.stream(outputs(scene, layer))
                .mapToDouble(UnitsTest::meanSize)
                .toArray();
    }

    private static double meanSize(double[] values) {
        return Arrays.stream(values).map(Math::abs).average().orElseThrow();
    }

    private static Set<Integer> upTo(double threshold, double[] sizes) {
        double mean = Arrays.stream(sizes).average().orElseThrow();
        Set<Integer> found = new TreeSet<>();
        for (int unit = 0; unit < sizes.length; unit++) {
            if (sizes[unit] / mean <= threshold) {
                found.add(unit);
            }
        }
        return found;
    }

    /** Makes a unit dead. */
    private static void kill(NetworkCase scene, int layer, int unit) {
        Layer found = scene.layer(layer);
        float[] biases = scene.value(found.offset()).toArray();
        biases[unit] = -100;
        scene.value(found.offset()).set(biases);
    }

    private static void update(NetworkCase scene, Interventions interventions) {
        scene.differentiate();
        interventions.observe(NetworkCase.BATCH);
        interventions.afterStep();
    }

    private static Interventions begin(NetworkCase scene, Optimiser optimiser, InterventionSpec spec) {
        return new Interventions(List.of(spec), scene.network, optimiser, new RandomStreams(3));
    }

    /** Adam with a memory of ones, so that what is forgotten can be seen. */
    private static Optimiser filledAdam(NetworkCase scene) {
        Optimiser optimiser = Optimiser.of(
                new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8), scene.network.parameters(), scene.engine, true);
        assertThat(optimiser).isInstanceOf(Adam.class);
        optimiser.slots().forEach(slot -> scene.engine.fill(slot.values(), 1f));
        return optimiser;
    }
}
