package perennial.learning.intervention;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.WeightSampler;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * Continual backprop: a running utility for every unit, and after each step a few of the least useful mature ones begin anew, with
 * outgoing weights of 0 so that the network's function stays.
 *
 * @see <a href="https://doi.org/10.1038/s41586-024-07711-7">Dohare et al., Loss of plasticity in deep continual learning
 *     (2024)</a>
 */
final class ContinualBackprop implements Intervention {

    /*
     * For each unit with age a: f = decay f + (1 - decay) mean(h), corrected f^ = f / (1 - decay^a); u = decay u + (1 - decay) y with
     * y as the utility says; the least u / (1 - decay^a) of the units with a > maturity goes. Its incoming weights are drawn
     * within gain sqrt(3 / fan-in), its outgoing weights times f^ are added to the next layer's biases before they become 0.
     */

    private final InterventionSpec.ContinualBackprop spec;
    private final Engine engine;
    private final HiddenUnits[] layers;
    private final Running[] running;
    private final WeightSampler sampler;
    private final double gain;

    ContinualBackprop(
            InterventionSpec.ContinualBackprop spec, Network network, Optimiser optimiser, RandomStreams random) {
        this.spec = spec;
        this.engine = network.engine();
        this.layers = HiddenUnits.of(network, optimiser);
        this.running =
                Arrays.stream(layers).map(units -> new Running(units, network)).toArray(Running[]::new);
        this.sampler = new WeightSampler(random.generator(spec.name()));
        double slope = network.spec().leakySlope();
        this.gain = switch (network.spec().activation()) {
            case RELU, CRELU -> Math.sqrt(2);
            case LEAKY_RELU -> Math.sqrt(2 / (1 + slope * slope));
            case TANH -> 5.0 / 3;
        };
    }

    @Override
    public void observe(int rows) {
        for (Running layer : running) {
            layer.observe(rows);
        }
    }

    @Override
    public void afterStep() {
        // All are chosen before any is replaced, since utilities look at the weights of two layers.
        for (Running layer : running) {
            layer.updateUtilities();
            layer.choose();
        }
        for (int i = 0; i < layers.length; i++) {
            if (running[i].anyChosen) {
                replace(layers[i], running[i]);
            }
        }
    }

    private void replace(HiddenUnits units, Running layer) {
        boolean[] chosen = layer.chosen;
        double bound = gain * Math.sqrt(3.0 / units.fanIn());
        for (int unit = 0; unit < chosen.length; unit++) {
            if (chosen[unit]) {
                units.redraw(unit, bound, sampler);
            }
        }
        units.handOver(chosen, layer.means);
        units.silence(chosen);
        units.forget(chosen);
        layer.beginChosen();
    }

    @Override
    public boolean isSound() {
        for (Running layer : running) {
            if (!layer.isSound()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int runningValues() {
        int count = 0;
        for (Running layer : running) {
            count += layer.values();
        }
        return count;
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        int next = at;
        for (Running layer : running) {
            layer.write(target, next);
            next += layer.values();
        }
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        int next = at;
        for (Running layer : running) {
            layer.read(source, next);
            next += layer.values();
        }
    }

    @Override
    public void save(LearnerState state) {
        for (Running layer : running) {
            layer.save(state);
        }
    }

    @Override
    public void restore(LearnerState state) {
        for (Running layer : running) {
            layer.restore(state);
        }
    }

    /** The running values of one hidden layer's units. */
    private final class Running {

        private final HiddenUnits units;
        private final Layer layer;
        private final Buffer incoming;
        private final Buffer[] outgoing;
        private final Buffer deviations;
        private final Buffer negativeMeans;
        private final Buffer ignored;
        private final Buffer sums;
        private final float[] read;

        private final double[] age;

        /** 1 - decay^age: what the running values would be had they been of ones. */
        private final double[] correction;

        private final double[] activation;
        private final double[] utility;
        private final boolean[] chosen;
        private boolean anyChosen;

        /** Corrected mean output of each unit, and mean size or deviation of the outputs of the present batch. */
        private final double[] means;

        private final double[] sizes;

        /** Mean size of each unit's outgoing weights. */
        private final double[] outgoingSizes;

        private double owed;

        Running(HiddenUnits units, Network network) {
            this.units = units;
            this.layer = units.layer();
            this.incoming = layer.weight().in(network.parameters().values());
            this.outgoing = units.readers().stream()
                    .map(reader -> reader.weight().in(network.parameters().values()))
                    .toArray(Buffer[]::new);
            boolean centred = spec.utility() != Utility.CONTRIBUTION;
            this.deviations = centred ? engine.allocate(layer.output().length()) : null;
            this.negativeMeans = engine.allocate(units.count());
            this.ignored = engine.allocate(units.count());
            this.sums = engine.allocate(units.count());
            this.read = new float[units.count()];
            this.age = new double[units.count()];
            this.correction = new double[units.count()];
            this.activation = new double[units.count()];
            this.utility = new double[units.count()];
            this.chosen = new boolean[units.count()];
            this.means = new double[units.count()];
            this.sizes = new double[units.count()];
            this.outgoingSizes = new double[units.count()];
        }

        void observe(int rows) {
            int samples = rows * layer.shape().positions();
            engine.sumRows(samples, units.count(), layer.output(), sums);
            sums.read(0, read, 0, read.length);
            for (int unit = 0; unit < read.length; unit++) {
                age[unit]++;
                correction[unit] = spec.decay() * correction[unit] + (1 - spec.decay());
                activation[unit] = spec.decay() * activation[unit] + (1 - spec.decay()) * read[unit] / samples;
                means[unit] = activation[unit] / correction[unit];
                read[unit] = (float) -means[unit];
            }
            Buffer measured = layer.output();
            if (deviations != null) {
                negativeMeans.write(0, read, 0, read.length);
                engine.copy(layer.output(), deviations);
                engine.addToRows(samples, units.count(), negativeMeans, deviations);
                measured = deviations;
            }
            engine.unitActivity(rows, layer.shape().positions(), units.count(), measured, ignored, sums);
            sums.read(0, read, 0, read.length);
            for (int unit = 0; unit < read.length; unit++) {
                sizes[unit] = read[unit] / samples;
            }
        }

        void updateUtilities() {
            Arrays.fill(outgoingSizes, 0);
            for (Buffer weight : outgoing) {
                // The weight of a layer that reads is a matrix with a column per unit and position.
                engine.unitActivity(weight.length() / units.count(), 1, units.count(), weight, ignored, sums);
                sums.read(0, read, 0, read.length);
                for (int unit = 0; unit < read.length; unit++) {
                    outgoingSizes[unit] += read[unit] / units.fanOut();
                }
            }
            for (int unit = 0; unit < read.length; unit++) {
                sizes[unit] *= outgoingSizes[unit];
            }
            if (spec.utility() == Utility.ADAPTABLE_CONTRIBUTION) {
                engine.absoluteRowSums(units.count(), units.fanIn(), incoming, sums);
                sums.read(0, read, 0, read.length);
                for (int unit = 0; unit < read.length; unit++) {
                    // A unit that nothing goes into is of no use.
                    sizes[unit] = read[unit] == 0 ? 0 : sizes[unit] / (read[unit] / units.fanIn());
                }
            }
            for (int unit = 0; unit < read.length; unit++) {
                utility[unit] = spec.decay() * utility[unit] + (1 - spec.decay()) * sizes[unit];
            }
        }

        /** Chooses the mature units with the least corrected utilities, the first of equals. */
        void choose() {
            Arrays.fill(chosen, false);
            int wanted = wanted();
            anyChosen = wanted > 0;
            for (int i = 0; i < wanted; i++) {
                int least = -1;
                for (int unit = 0; unit < age.length; unit++) {
                    if (!chosen[unit]
                            && age[unit] > spec.maturity()
                            && (least < 0 || corrected(unit) < corrected(least))) {
                        least = unit;
                    }
                }
                chosen[least] = true;
            }
        }

        private int wanted() {
            int mature = 0;
            for (double unit : age) {
                mature += unit > spec.maturity() ? 1 : 0;
            }
            double wanted = spec.replacementRate() * mature;
            if (spec.accumulate()) {
                owed += wanted;
                int whole = (int) owed;
                owed -= whole;
                return Math.min(whole, mature);
            }
            return wanted > 0 && wanted < 1 ? (sampler.happens(wanted) ? 1 : 0) : (int) wanted;
        }

        void beginChosen() {
            for (int unit = 0; unit < chosen.length; unit++) {
                if (chosen[unit]) {
                    age[unit] = 0;
                    correction[unit] = 0;
                    activation[unit] = 0;
                    utility[unit] = 0;
                }
            }
        }

        private double corrected(int unit) {
            return utility[unit] / correction[unit];
        }

        boolean isSound() {
            for (int unit = 0; unit < utility.length; unit++) {
                if (!Double.isFinite(activation[unit]) || !Double.isFinite(utility[unit])) {
                    return false;
                }
            }
            return true;
        }

        int values() {
            return 1 + 4 * age.length;
        }

        void write(double[] target, int at) {
            int units = age.length;
            System.arraycopy(age, 0, target, at, units);
            System.arraycopy(correction, 0, target, at + units, units);
            System.arraycopy(activation, 0, target, at + 2 * units, units);
            System.arraycopy(utility, 0, target, at + 3 * units, units);
            target[at + 4 * units] = owed;
        }

        void read(double[] source, int at) {
            int units = age.length;
            System.arraycopy(source, at, age, 0, units);
            System.arraycopy(source, at + units, correction, 0, units);
            System.arraycopy(source, at + 2 * units, activation, 0, units);
            System.arraycopy(source, at + 3 * units, utility, 0, units);
            owed = source[at + 4 * units];
        }

        void save(LearnerState state) {
            state.put(name("age"), age.clone())
                    .put(name("correction"), correction.clone())
                    .put(name("activation"), activation.clone())
                    .put(name("utility"), utility.clone())
                    .put(name("owed"), new double[] {owed});
        }

        void restore(LearnerState state) {
            System.arraycopy(state.doubles(name("age")), 0, age, 0, age.length);
            System.arraycopy(state.doubles(name("correction")), 0, correction, 0, age.length);
            System.arraycopy(state.doubles(name("activation")), 0, activation, 0, age.length);
            System.arraycopy(state.doubles(name("utility")), 0, utility, 0, age.length);
            owed = state.doubles(name("owed"))[0];
        }

        private String name(String value) {
            return "continualBackprop." + value + "." + layer.name();
        }
    }
}
