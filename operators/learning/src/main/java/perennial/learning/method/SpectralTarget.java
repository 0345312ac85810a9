package perennial.learning.method;

import perennial.learning.state.LearnerState;

/**
 * Spectral normalisation of a target network: it iterates on vectors of its own, which it takes over from the trained
 * network together with the weights.
 */
record SpectralTarget(SpectralLayers trained, SpectralLayers target) implements TargetMethod {

    @Override
    public void beforeForward() {
        target.iterate();
    }

    @Override
    public void follow() {
        target.copyFrom(trained);
    }

    @Override
    public void save(LearnerState state) {
        target.save("sn.target.", state);
    }

    @Override
    public void restore(LearnerState state) {
        target.restore("sn.target.", state);
    }

    @Override
    public int runningValues() {
        return target.runningValues();
    }

    @Override
    public void writeRunningValues(double[] goal, int at) {
        target.writeRunningValues(goal, at);
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        target.readRunningValues(source, at);
    }
}
