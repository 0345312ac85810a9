package perennial.learning.engine;

class Nd4jEngineTest extends EngineContract {

    @Override
    Engine create() {
        return new Nd4jEngine();
    }
}
