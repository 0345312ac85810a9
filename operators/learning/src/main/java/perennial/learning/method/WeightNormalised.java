package perennial.learning.method;

import perennial.learning.state.LearnerState;

/** Weight normalisation, all of which happens in the passes through the network's layers. */
record WeightNormalised() implements Method {

    @Override
    public String name() {
        return "wn";
    }

    @Override
    public void afterStep() {}

    @Override
    public void save(LearnerState state) {}
}
