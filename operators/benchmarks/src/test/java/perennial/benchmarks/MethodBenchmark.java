package perennial.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;
import perennial.learning.method.PowerIteration;
import perennial.learning.method.WeightProjection;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.random.RandomStreams;

/** What NaP and SN add to an update. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MethodBenchmark {

    private Engine engine;
    private WeightProjection projection;
    private PowerIteration iteration;

    @Setup
    public void allocate() {
        engine = Engines.create("cpu");
        NetworkSpec spec = UpdateCase.NAP_MLP.spec(1).network();
        Network network = new Network(spec, List.of(784), 10, 1, engine, true);
        RandomStreams random = new RandomStreams(1);
        network.initialise(random);
        Buffer values = network.parameters().values();
        projection = WeightProjection.atCurrentNorms(
                engine,
                List.of("first", "second"),
                List.of(
                        network.layers().get(0).weight().in(values),
                        network.layers().get(1).weight().in(values)));
        iteration = new PowerIteration(engine, network.layers().get(1));
        iteration.begin(random.generator("power"));
    }

    /** Of 784x512 and 512x512 weights. */
    @Benchmark
    public double[] projection() {
        return projection.project();
    }

    /** On 512x512 weights. */
    @Benchmark
    public double powerIteration() {
        iteration.iterate();
        return iteration.sigma();
    }

    @TearDown
    public void close() {
        engine.close();
    }
}
