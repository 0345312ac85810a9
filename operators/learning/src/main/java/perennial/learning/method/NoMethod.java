package perennial.learning.method;

import perennial.learning.state.LearnerState;

/** The method that leaves the network as the optimiser made it. */
record NoMethod() implements Method {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public void afterStep() {}

    @Override
    public void save(LearnerState state) {}
}
