package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.network.Network;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.ReplayMemory;
import perennial.learning.replay.TransitionBatch;

class ReplayProbeTest {

    /** The probe is larger than the update's batch, so that its targets are made in several passes. */
    private static final int SIZE = 11;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void shouldHaveTheMeanLossOfTheUpdatesThatItsRowsWouldMake(int kind) {
        LearnerSpec model = QLearnerTest.resumable(kind, false, 2, false);
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = model.task();
                    s.hidden = model.network().hidden();
                    s.normalisation = model.network().normalisation();
                    s.method = model.method();
                    // No step at all, so that every update finds the same network.
                    s.optimiser = new OptimiserSpec.Sgd(0);
                    s.batchSize = 1;
                    s.metrics = SpecBuilder.everything(Integer.MAX_VALUE, SIZE);
                })
                .build();
        TaskSpec.Reinforcement task = (TaskSpec.Reinforcement) spec.task();
        ReplayMemory memory = new ReplayMemory(task.replay(), task.observationSize(), task.scale());
        for (Event event : Transitions.random(task, 30, 5)) {
            if (event.kind == Event.Kind.TRANSITION) {
                memory.add(event, event.reward);
            }
        }
        try (Engine engine = new CpuEngine()) {
            Progress progress = new Progress();
            Training training = new Training(spec, "test", progress, new RandomStreams(spec.seed()), engine, null);
            QUpdate update = new QUpdate(spec, training, progress, engine);
            TransitionBatch one = new TransitionBatch(1, task.inputSize());
            ReplayProbe probe = new ReplayProbe(spec, memory, new RandomStreams(3), update, one);
            Buffer inputs = engine.allocate(SIZE * task.inputSize());
            Buffer gradient = engine.allocate(SIZE * task.outputs());
            Network wide = Training.network(spec, SIZE, engine);
            engine.copy(
                    training.network().parameters().values(), wide.parameters().values());

            // The rows once more, one by one, as they come from a generator of the same name.
            double mean = 0;
            RandomStreams again = new RandomStreams(3);
            for (int row = 0; row < SIZE; row++) {
                memory.sampleUniformly(one, again.generator("probe"));
                update.update(one, new RecordingOutput());
                mean += progress.lastLoss / SIZE;
                assertThat(probe.lossAfterUpdate()).isCloseTo(progress.lastLoss, within(2e-3 * progress.lastLoss));
            }
            for (int i = 0; i < wide.layers().size(); i++) {
                wide.layers()
                        .get(i)
                        .weightFactor(training.network().layers().get(i).weightFactor());
            }
            assertThat(probe.draw(inputs)).isEqualTo(SIZE);
            double loss = probe.loss(wide.forward(inputs, SIZE), SIZE, gradient);

            assertThat(loss).isCloseTo(mean, within(2e-3 * mean)).isPositive();
            assertThat(engine.sumOfSquares(gradient)).isPositive();
        }
    }
}
