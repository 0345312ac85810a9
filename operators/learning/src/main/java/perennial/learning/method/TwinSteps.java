package perennial.learning.method;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.PartwiseOptimiser;

/**
 * The optimiser's steps of a projected network that follows a free one (NaP, section 4.1 and definition 1).
 *
 * <p>A normalised layer's output does not see the norm of its weight W, and its gradient grows as the norm shrinks. With r =
 * norm(W free) / norm(W projected), steps of the two weights turn them by equal angles if the projected one's rate is rate / r^2
 * for descent and rate / r for optimisers whose steps do not grow with the gradient. Weights that are not projected, scales and
 * offsets keep the rate.
 *
 * <p>Where the method rescales moments, epsilon is multiplied by r as the gradients are: then the two runs are the same
 * but for rounding. Not thread-safe.
 */
public final class TwinSteps {

    private final MethodSpec.NormalizeAndProject spec;
    private final Engine engine;
    private final Engine freeEngine;
    private final PartwiseOptimiser optimiser;
    private final Buffer[] freeWeights;
    private final Buffer[] weights;
    private final PartwiseOptimiser.Part[] projected;
    private final PartwiseOptimiser.Part[] rest;

    /**
     * @param free the free run's network, which is only looked at
     * @param network the projected run's network, of the same shape
     * @throws IllegalArgumentException if the optimiser cannot make a step in parts
     */
    public TwinSteps(MethodSpec.NormalizeAndProject spec, Network free, Network network, Optimiser optimiser) {
        if (!(optimiser instanceof PartwiseOptimiser partwise)) {
            throw new IllegalArgumentException(
                    "a twin needs an optimiser that can make a step in parts, each at its own rate: optimiser="
                            + optimiser.getClass().getSimpleName());
        }
        this.spec = spec;
        this.engine = network.engine();
        this.freeEngine = free.engine();
        this.optimiser = partwise;
        Buffer values = network.parameters().values();
        List<Buffer> freeFound = new ArrayList<>();
        List<Buffer> found = new ArrayList<>();
        List<PartwiseOptimiser.Part> projectedFound = new ArrayList<>();
        List<PartwiseOptimiser.Part> restFound = new ArrayList<>();
        int done = 0;
        for (Layer layer : network.layers()) {
            if (layer.isNormalised()) {
                int at = layer.weight().offset();
                int length = layer.weight().length();
                freeFound.add(layer.weight().in(free.parameters().values()));
                found.add(layer.weight().in(values));
                if (at > done) {
                    restFound.add(partwise.part(values, network.gradients(), done, at - done));
                }
                projectedFound.add(partwise.part(values, network.gradients(), at, length));
                done = at + length;
            }
        }
        restFound.add(partwise.part(values, network.gradients(), done, values.length() - done));
        this.freeWeights = freeFound.toArray(new Buffer[0]);
        this.weights = found.toArray(new Buffer[0]);
        this.projected = projectedFound.toArray(new PartwiseOptimiser.Part[0]);
        this.rest = restFound.toArray(new PartwiseOptimiser.Part[0]);
    }

    /** Makes one step, at the free run's rate. */
    public void step(double rate) {
        optimiser.beginStep();
        for (PartwiseOptimiser.Part part : rest) {
            optimiser.move(part, rate, 1);
        }
        double together = spec.twin() == MethodSpec.Twin.GLOBAL
                ? Math.sqrt(squares(freeEngine, freeWeights) / squares(engine, weights))
                : Double.NaN;
        for (int i = 0; i < projected.length; i++) {
            double ratio =
                    switch (spec.twin()) {
                        case PER_LAYER ->
                            Math.sqrt(freeEngine.sumOfSquares(freeWeights[i]) / engine.sumOfSquares(weights[i]));
                        case GLOBAL -> together;
                        case UNSCALED, ALONE -> 1;
                    };
            double divisor = optimiser.isScaleFree() ? ratio : ratio * ratio;
            optimiser.move(projected[i], rate / divisor, spec.rescaleMoments() ? ratio : 1);
        }
    }

    private static double squares(Engine engine, Buffer[] buffers) {
        double sum = 0;
        for (Buffer buffer : buffers) {
            sum += engine.sumOfSquares(buffer);
        }
        return sum;
    }
}
