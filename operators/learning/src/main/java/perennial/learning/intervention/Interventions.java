package perennial.learning.intervention;

import java.util.List;
import java.util.stream.Collectors;
import perennial.learning.engine.Buffer;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;
import perennial.learning.state.RunningValuesList;

/** The interventions of one learner, each done in the order of the configuration. Not thread-safe. */
public final class Interventions implements RunningValues {

    private final String names;
    private final Intervention[] all;
    private final RunningValuesList running = new RunningValuesList();

    /** Begins on the network's present weights; generators are those of {@code random}. */
    public Interventions(List<InterventionSpec> specs, Network network, Optimiser optimiser, RandomStreams random) {
        this.names = specs.stream().map(InterventionSpec::name).collect(Collectors.joining(" "));
        this.all = specs.stream()
                .map(spec -> Intervention.of(spec, network, optimiser, random))
                .toArray(Intervention[]::new);
        for (Intervention intervention : all) {
            running.add(intervention);
        }
    }

    /**
     * Whether the optimiser must count steps for each parameter: Adam's bias correction of a unit that begins anew begins
     * anew with it.
     */
    public static boolean needStepsPerParameter(List<InterventionSpec> specs) {
        return specs.stream()
                .anyMatch(spec -> spec instanceof InterventionSpec.ContinualBackprop
                        || spec instanceof InterventionSpec.Redo redo
                                && redo.version() == InterventionSpec.RedoVersion.PYTORCH);
    }

    /** Names in order, with spaces between; empty where there are none. */
    public String names() {
        return names;
    }

    /**
     * Adds penalties' gradients; called when the gradients have been written, before they are measured and clipped.
     *
     * @param inputs what went forward last. Not modified.
     */
    public void addGradients(Buffer inputs, int rows) {
        for (Intervention intervention : all) {
            intervention.addGradients(inputs, rows);
        }
    }

    /** Looks at the activations of the batch that went forward last, for which a step will be made. */
    public void observe(int rows) {
        for (Intervention intervention : all) {
            intervention.observe(rows);
        }
    }

    /** Acts on the parameters; called after the optimiser's step and before the method's own. */
    public void afterStep() {
        for (Intervention intervention : all) {
            intervention.afterStep();
        }
    }

    /** Acts on the parameters at a label reset. */
    public void beginTask() {
        for (Intervention intervention : all) {
            intervention.beginTask();
        }
    }

    /** Whether everything that the interventions remember is finite. */
    public boolean areSound() {
        for (Intervention intervention : all) {
            if (!intervention.isSound()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int runningValues() {
        return running.runningValues();
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        running.writeRunningValues(target, at);
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        running.readRunningValues(source, at);
    }

    /** Puts what the interventions remember, generators apart. */
    public void save(LearnerState state) {
        for (Intervention intervention : all) {
            intervention.save(state);
        }
    }

    /** Goes on from what {@link #save} put. */
    public void restore(LearnerState state) {
        for (Intervention intervention : all) {
            intervention.restore(state);
        }
    }
}
