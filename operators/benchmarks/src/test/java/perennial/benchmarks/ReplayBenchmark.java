package perennial.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import perennial.learning.event.Event;
import perennial.learning.learner.TaskSpec;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.ReplayMemory;
import perennial.learning.replay.TransitionBatch;

/** Storing and drawing transitions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReplayBenchmark {

    private static final int BATCH = 32;

    @Param({"nap-dqn-minatar", "nap-dqn-atari"})
    public String benchmark;

    private ReplayMemory memory;
    private TransitionBatch batch;
    private UniformRandomProvider generator;
    private List<Event> events;
    private int next;
    private long sequence;

    @Setup
    public void fill() {
        UpdateCase known = UpdateCase.of(benchmark);
        TaskSpec.Reinforcement task = (TaskSpec.Reinforcement) known.spec(1).task();
        memory = new ReplayMemory(task.replay(), task.observationSize(), task.scale());
        batch = new TransitionBatch(BATCH, task.inputSize());
        generator = new RandomStreams(1).generator("replay");
        events = known.events();
        for (int i = 0; i < events.size(); i++) {
            add();
        }
    }

    @Benchmark
    public void add() {
        Event event = events.get(next);
        next = (next + 1) % events.size();
        event.sequence = sequence++;
        memory.add(event, event.reward);
    }

    @Benchmark
    public boolean sample() {
        return memory.sample(batch, generator, 0);
    }
}
